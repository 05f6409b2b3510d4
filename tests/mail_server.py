"""A mail server that does as a test tells it; the fixture `server` puts it in place."""

from django.core.mail.backends.locmem import EmailBackend


class Server(EmailBackend):
    """Takes letters, unless a test tells it what to do when it is asked or given one."""

    def open(self):
        self.on_open()

    def send_messages(self, messages):
        self.on_send(messages)
        return super().send_messages(messages)


def raising(error):
    def fail(*_args):
        raise error

    return fail
