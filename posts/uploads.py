"""How much of an upload is taken in, before anybody knows what it is."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from posts.images import MAX_BYTES

#: Of a request. What is a little too large is read to its end, so that the answer can be heard.
MAX_READ = 10 * MAX_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Let no more than a picture's bytes, and one chunk, through to where files are put.

    It comes first in FILE_UPLOAD_HANDLERS. posts.images refuses what was cut off here by its size.
    """

    let_through = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        _input, _environ, content_length, *_rest = args
        self.is_hopeless = content_length > MAX_READ

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.is_hopeless:
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.let_through > MAX_BYTES:
            return None
        self.let_through += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
