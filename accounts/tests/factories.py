from factory import Sequence
from factory.declarations import Trait
from factory.django import DjangoModelFactory

from accounts.models import User

ISSUER = "https://id.example"


class UserFactory(DjangoModelFactory):
    """A person who may write."""

    class Meta:
        model = User

    class Params:
        moderator = Trait(is_moderator=True, provider_groups=["blog-moderators"])
        admin = Trait(is_admin=True, provider_groups=["blog-admins"])

    issuer = ISSUER
    subject = Sequence("00u{}".format)
    handle = Sequence("person-{}".format)
    first_name = "Pat"
    last_name = Sequence("Person {}".format)
    is_author = True
