class Refused(Exception):
    """What a piece of work says of what it was given: a word that its caller puts into a sentence,
    and what was said in detail."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(word, detail)
        self.word, self.detail = word, detail
