"""The closed lists of a duiding: word in the file -> what a form and a page call it.

What belongs here: words that the review writes and the site reads. What does not: how recognition is put, which a form
says in the first person and a page does not.
"""

SOORT = {"verklaring": "verklaring", "let_op": "let op", "tegenspraak": "tegenspraak"}
KNELPUNT = {
    "kennis": "kennis en kunde",
    "samenwerking": "samenwerking",
    "communicatie": "communicatie",
    "ict": "ICT-systemen",
    "regels": "wet- en regelgeving",
}
LEERORDE = {
    "1": "eerste orde: binnen de regels beter doen",
    "2": "tweede orde: de regels of de samenwerking veranderen",
    "3": "derde orde: het stelsel of het denken erachter veranderen",
}
BRON = {"wijkteam": "wijkteam", "loket": "loket", "registratie": "eigen registratie", "ervaring": "eigen ervaring"}
