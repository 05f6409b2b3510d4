from pathlib import PurePosixPath
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from nrm_tracker.text import NameField


class Revision(models.Model):
    """How often anything was written in an area, whose id is the key (`nrm_tracker.revision`)."""

    id = models.BigIntegerField(_("area"), primary_key=True)
    number = models.BigIntegerField(_("number"), default=0)
    # Counted apart (`nrm_tracker.revision`).
    minutes = models.BigIntegerField(_("Minutes"), default=0)
    results = models.BigIntegerField(_("results"), default=0)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return str(self.number)


class Submission(models.Model):
    """What was sent last of one load of a form and done, and its answer (`nrm_tracker.once`)."""

    # Of the person, the address and the token; beside it what was typed, with its files.
    key = models.CharField(_("key"), max_length=64, primary_key=True)
    sent = models.CharField(_("digest"), max_length=64, default="")
    made_at = models.DateTimeField(_("sent at"), db_index=True)
    address = models.TextField(_("address"), blank=True)
    said = models.JSONField(_("messages"), default=list)

    class Meta:
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")

    def __str__(self) -> str:
        return self.key


def stored_as(instance: "StoredFile", filename: str) -> str:
    """A random name in one of 256 folders: what a file is called is told by its row alone."""
    name = uuid4().hex
    return f"{name[:2]}/{name}{PurePosixPath(filename).suffix}"


class StoredFile(models.Model):
    """An upload as it came, untouched; `nrm_tracker.uploads` checked and stored it.

    It has no address of its own: a view of the room that owns it serves it after its own check.
    """

    name = NameField(_("file name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=100)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    content = models.FileField(_("file"), upload_to=stored_as, max_length=200)
    thumbnail = models.FileField(_("thumbnail"), upload_to=stored_as, max_length=200, blank=True)
    stored_at = models.DateTimeField(_("stored at"))
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("stored by")
    )

    class Meta:
        ordering = ["stored_at", "pk"]
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.name
