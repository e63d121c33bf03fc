"""Photos and documents: uploads, file identifiers, albums, and the download of files."""

from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.entities import formatted
from sandbox.bot_api.entities_marks import units
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.methods.asked import asked_caption, check_rights, known_mentions, options, send, writable_chat
from sandbox.bot_api.methods.edits import edit
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_files import StoredFile

_MEDIA = ("photo", "document", "video", "audio", "animation", "caption", "caption_entities", "show_caption_above_media")
_CAPTIONS = ("caption", "caption_entities", "show_caption_above_media", "has_media_spoiler")


def send_photo(world: World, parameters: Parameters) -> Json:
    """Send a photo."""
    content = photo(_file(world, parameters, parameters.text("photo"), "photo"))
    spoiler: Json = {"has_media_spoiler": True} if parameters.boolean("has_spoiler") else {}
    return send(world, parameters, {**content, **asked_caption(world, parameters), **spoiler})


def send_document(world: World, parameters: Parameters) -> Json:
    """Send a file as it is."""
    content = document(_file(world, parameters, parameters.text("document"), "document"))
    thumbnail = parameters.upload(parameters.text("thumbnail"), "thumbnail")
    if thumbnail is not None:
        # One that is no picture is left out, as Telegram leaves it out.
        small = world.files.keep("thumbnail", thumbnail.name, thumbnail.mime, thumbnail.content)
        content["document"] |= {"thumbnail": photo(small)["photo"][0]} if small.width else {}
    return send(world, parameters, {**content, **asked_caption(world, parameters)})


def _file(world: World, parameters: Parameters, value: str, kind: str) -> StoredFile:
    """Return the file that was uploaded or named by its file_id; addresses are refused, for nothing is fetched here."""
    # An upload wins over a name: libraries send both, with attach:// as the name.
    upload = parameters.upload(value, kind)
    if upload is not None:
        if not upload.content:
            raise Refusal(errors.FILE_EMPTY)
        file = world.files.keep(kind, upload.name or kind, upload.mime, upload.content)
        return _fit(file, kind)
    if not value:
        raise Refusal(errors.PHOTO_MISSING, what=kind)
    if value.startswith(("http://", "https://")):
        raise Refusal(errors.NOT_FETCHED)
    known = world.files.get(value)
    if known is None:
        raise Refusal(errors.FILE_WRONG)
    return _fit(known, kind)


def _fit(file: StoredFile, kind: str) -> StoredFile:
    if kind == "photo" and not file.width:
        raise Refusal(errors.PHOTO_BROKEN)
    if len(file.content) > (limits.PHOTO if kind == "photo" else limits.UPLOAD):
        raise Refusal(errors.PHOTO_TOO_BIG if kind == "photo" else errors.FILE_TOO_BIG)
    return file


def photo(file: StoredFile) -> Json:
    """Return the content of a photo message; one size, as the sandbox draws no smaller ones."""
    size = {"width": file.width, "height": file.height, "file_size": len(file.content)}
    return {"photo": [{"file_id": file.id, "file_unique_id": file.unique_id, **size}]}


def document(file: StoredFile) -> Json:
    """Return the content of a document message."""
    described = {"file_name": file.name, "mime_type": file.mime, "file_size": len(file.content)}
    return {"document": {"file_id": file.id, "file_unique_id": file.unique_id, **described}}


def _input_media(world: World, parameters: Parameters, item: Any) -> Json:
    """Return the content that one InputMedia describes."""
    if not isinstance(item, dict):
        raise Refusal(errors.MEDIA_JSON)
    kind = str(item.get("type"))
    if kind not in ("photo", "document"):
        raise Refusal(errors.MEDIA_KIND, kind=kind)
    file = _file(world, parameters, str(item.get("media") or ""), kind)
    text, entities = formatted(
        str(item.get("caption") or ""), str(item.get("parse_mode") or ""), item.get("caption_entities")
    )
    if units(text) > limits.CAPTION_TEXT:
        raise Refusal(errors.CAPTION_TOO_LONG)
    content = photo(file) if kind == "photo" else document(file)
    content |= {"caption": text} if text else {}
    if entities := known_mentions(world, entities):
        content["caption_entities"] = entities
    if item.get("has_spoiler") and kind == "photo":
        content["has_media_spoiler"] = True
    if item.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def send_media_group(world: World, parameters: Parameters) -> list[Json]:
    """Send up to ten photos or documents as one album; all or nothing. A single one is an ordinary message."""
    if not parameters.has("media"):
        raise Refusal(errors.REQUIRED, name="media")
    media = parameters.tree("media")
    if not media or not isinstance(media, list):
        raise Refusal(errors.ALBUM_EMPTY)
    if len(media) > limits.ALBUM:
        raise Refusal(errors.ALBUM_TOO_LONG)
    # Every part is read before the first one is posted, which makes the album all or nothing.
    contents = [_input_media(world, parameters, item) for item in media]
    kinds = {"photo" if "photo" in content else "document" for content in contents}
    if len(kinds) > 1:
        raise Refusal(errors.ALBUM_MIXED)
    chat = writable_chat(world, parameters)
    album: Json = {"media_group_id": world.next_query_id()} if len(contents) > 1 else {}
    shared: Json = {**album, **options(world, chat, parameters)}
    check_rights(chat, contents[0])
    return [world.post(chat, world.bot.user(), {**shared, **content}) for content in contents]


def edit_message_media(world: World, parameters: Parameters) -> Json | bool:
    """Put another photo or document into a message, a text message included (Bot API 7.11)."""
    content = _input_media(world, parameters, parameters.mapping("media"))

    def alter(message: Json) -> Json:
        if not any(kind in message for kind in (*_MEDIA, "text")):
            raise Refusal(errors.NO_MEDIA_TO_EDIT)
        gone = (*_MEDIA, *_CAPTIONS, "text", "entities", "link_preview_options")
        return {**{key: value for key, value in message.items() if key not in gone}, **content}

    return edit(world, parameters, alter)


def get_file(world: World, parameters: Parameters) -> Json:
    """Return where a file can be downloaded."""
    file = world.files.get(parameters.text("file_id"))
    if file is None:
        raise Refusal(errors.FILE_ID_INVALID)
    if len(file.content) > limits.DOWNLOAD:
        raise Refusal(errors.FILE_TOO_BIG)
    size = len(file.content)
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": size, "file_path": file.path}


METHODS = {
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "editMessageMedia": edit_message_media,
    "getFile": get_file,
}
