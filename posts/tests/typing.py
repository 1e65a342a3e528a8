"""What a form's script sends, for tests without a browser."""

import uuid

from posts.splices import checksum

ADDRESS = "/dashboard/working-copy/{}/"


class OpenForm:
    """A form that somebody has open in a tab, as static/js/saver.js keeps it."""

    def __init__(self, client, author, post=None, form=None):
        self.client, self.author, self.post = client, author, post
        self.form = form or uuid.uuid4()
        self.number, self.version = 0, post.version if post else 1

    def step(self, body, **changes):
        return {
            "person": str(self.author.pk),
            "post": self.post.pk if self.post else None,
            "number": self.number,
            "version": self.version,
            "checksum": checksum(body),
            "body": body,
            "fields": {},
        } | changes

    def send(self, step):
        return self.client.post(
            ADDRESS.format(self.form),
            step,
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    def type(self, body, **changes):
        response = self.send(self.step(body, **changes))
        assert response.status_code == 200, response.content
        self.number = response.json()["number"]
        return response


def splice(start, removed, inserted):
    return {"start": start, "removed": removed, "inserted": inserted}
