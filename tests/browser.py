"""What journeys in a browser share."""

ROW = "tr[data-commune='{}']"


WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
