"""What people see: pure functions from a translator and facts to a `Screen`. No view asks, stores or sends anything."""
