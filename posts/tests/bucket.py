"""A storage that has what S3 has: keys and bytes, and neither paths nor folders."""

from typing import ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import Storage


class BucketStorage(Storage):
    objects: ClassVar[dict[str, bytes]] = {}

    def _open(self, name, mode="rb"):
        if name not in self.objects:
            raise FileNotFoundError(name)
        return ContentFile(self.objects[name], name)

    def _save(self, name, content):
        self.objects[name] = content.read()
        return name

    def exists(self, name):
        return name in self.objects

    def size(self, name):
        return len(self.objects[name])

    def delete(self, name):
        self.objects.pop(name, None)
