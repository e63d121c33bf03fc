"""Client libraries, each as its authors ship it, run one small bot against the sandbox over real sockets and miss nothing."""
