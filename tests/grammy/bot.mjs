// The small bot of tests/sandbox/clients/visit.py in grammY. Arguments: the Bot API server's address, the token, polling or webhook.
// Says "ready" and, for a webhook, its address; when its input ends it stops and says what grammY's own types miss in what was heard.

import { createServer } from "node:http";
import { Bot, InlineKeyboard, InputFile, InputMediaBuilder, webhookCallback } from "grammy";
import { findings } from "./check.mjs";

const [root, token, intake] = process.argv.slice(2);
const PIXEL = Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082", "hex");
const MEDIA = ["contact", "venue", "location", "photo"];
const image = () => new InputFile(PIXEL, "a.png");
const bot = new Bot(token, { client: { apiRoot: root } });
const heard = [];

bot.api.config.use(async (call, method, payload, signal) => {
  const answer = await call(method, payload, signal);
  if (answer.ok) heard.push({ method, result: answer.result });
  return answer;
});

async function greet(ctx) {
  const hello = await ctx.reply("<b>Hello</b>", { parse_mode: "HTML", reply_markup: new InlineKeyboard().text("Go", "go") });
  const photo = await ctx.replyWithPhoto(image(), { caption: "*p*", parse_mode: "MarkdownV2" });
  const fileId = photo.photo[0].file_id;
  await ctx.api.getFile(fileId);
  await ctx.replyWithDocument(new InputFile(Buffer.from("hello"), "hello.txt"));
  await ctx.replyWithMediaGroup([InputMediaBuilder.photo(image()), InputMediaBuilder.photo(fileId)]);
  await ctx.replyWithVenue(38.7, -9.1, "Centro", "Rua 1");
  await ctx.replyWithLocation(38.7, -9.1, { live_period: 600 });
  await ctx.replyWithContact("+351900000000", "Ana");
  await ctx.pinChatMessage(hello.message_id);
  await ctx.api.setMyCommands([{ command: "start", description: "Begin" }]);
  await ctx.api.getMyCommands();
  await ctx.getChat();
  await ctx.getChatMember(ctx.chat.id);
  await ctx.api.getWebhookInfo();
  await ctx.reply("Ready");
}

async function introduce(ctx) {
  await ctx.getChatAdministrators();
  await ctx.getChat();
  await ctx.getChatMember(ctx.me.id);
  await ctx.reply("Who");
}

const again = new InlineKeyboard().text("Again", "again");
bot.on("edited_message", (ctx) => ctx.reply("Seen"));
bot.command("start", greet);
bot.command("bye", (ctx) => ctx.reply("Bye"));
bot.command("who", introduce);
bot.on("message", async (ctx) => {
  const kind = MEDIA.find((name) => ctx.message[name]);
  if (kind) await ctx.reply(`Got ${kind}`);
});
bot.on("callback_query", async (ctx) => {
  await ctx.editMessageText(ctx.callbackQuery.data === "again" ? "Pressed" : "Gone");
  await ctx.answerCallbackQuery("Well done");
});
bot.on("inline_query", (ctx) => ctx.answerInlineQuery([
  { type: "article", id: "1", title: "Centro", input_message_content: { message_text: "Centro" }, reply_markup: again },
  { type: "location", id: "2", title: "Here", latitude: 38.7, longitude: -9.1 },
]));
bot.on("chosen_inline_result", (ctx) => ctx.editMessageText("Chosen", { reply_markup: again }));
bot.catch((error) => console.error(error));

async function listen() {
  const take = webhookCallback(bot, "http");
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => heard.push({ method: "getUpdates", result: [JSON.parse(Buffer.concat(chunks))] }));
    take(request, response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  await bot.api.setWebhook(`http://127.0.0.1:${server.address().port}/hook`);
  return () => server.close(() => server.closeAllConnections()) && server.closeAllConnections();
}

async function poll() {
  await bot.init();
  const polling = bot.start({ timeout: 2 });
  return async () => {
    await bot.stop();
    await polling;
  };
}

const stop = intake === "webhook" ? await listen() : await poll();
console.log("ready");
process.stdin.resume();
process.stdin.on("end", async () => {
  await stop();
  console.log(JSON.stringify(findings(heard)));
  process.exit(0);
});
