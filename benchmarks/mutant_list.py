"""Faults put into the compilers on purpose, one at a time: every one must make a test fail (`mutants.py`).

What belongs here: the faults. A text must stand in its file exactly once; when the code moves, the fault moves along.
"""

from typing import NamedTuple

PERSONAS = (
    "tests/personas/test_compiler_against_reference.py",
    "tests/personas/test_flip.py",
)
RULES = ("tests/personas/test_rules_against_reference.py",)
WORDS = (*PERSONAS, *RULES)
RANGES = ("tests/personas/test_oracle.py",)
RAW = ("tests/unit/test_municipal_bsn.py", "tests/unit/test_municipal_raw_file.py", "tests/unit/test_municipal_keys.py")
LINK = ("tests/unit/test_municipal_link.py", "tests/unit/test_municipal_refusals.py")
NOWHERE = ("tests/unit/test_municipal_nowhere.py",)
AT_REST = ("tests/unit/test_at_rest.py",)
QUICK = ("tests/unit/test_possible.py",)


class Mutant(NamedTuple):
    """A fault in words, where it is put, and the tests of which one must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def _in(file: str, tests: tuple[str, ...], *faults: tuple[str, str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(name, f"pipelines/{file}", old, new, tests) for name, old, new in faults)


MUTANTS = (
    *_in(
        "personas/compiler.py",
        PERSONAS,
        ("one condition is enough", '"\\n     AND ".join(persona.conditions)', '"\\n     OR ".join(persona.conditions)'),
        ("the need is not asked", ".join(persona.conditions)", ".join(persona.conditions[:-1])"),
        ("the population is not asked", ".join(persona.conditions)", ".join(persona.conditions[1:])"),
        ("an unknown condition counts as a no", "({conditions}) IS FALSE", "({conditions}) IS NOT TRUE"),
        ("an unknown condition counts as a yes", "WHEN ({conditions}) IS NULL", "WHEN false"),
        ("an unknown voorziening counts as missing", "OR {voorziening} IS NULL", "OR false"),
        ("unknown only when all is unknown", "    OR {voorziening} IS NULL", "    AND {voorziening} IS NULL"),
        ("unknown is called missing", "{STATE_CODES['unknown']}", "{STATE_CODES['missing']}"),
        ("served and missing are swapped", 'f"  WHEN {voorziening}\\n"', 'f"  WHEN NOT {voorziening}\\n"'),
        ("one persona more than the bound", "len(earlier) < contributions", "len(earlier) <= contributions"),
        ("the bound itself is one higher", "< {contributions} THEN", "<= {contributions} THEN"),
        ("the last personas come first", "personas[:number]", "personas[number + 1 :]"),
        ("only missing counts towards the bound", "IS NOT NULL)::INTEGER", "= 1)::INTEGER"),
        ("patterns are counted instead of people", "sum(n) FILTER", "count(*) FILTER"),
        ("nobody is nothing instead of zero", "coalesce(sum(n)", "nullif(sum(n)"),
    ),
    *_in(
        "indicators/compiler.py",
        WORDS,
        ("none_of is any_of", 'f"NOT ({either})" if rule.none_of', 'f"({either})" if rule.none_of'),
        ("all_of is any_of", 'return " AND ".join(parts)', 'return " OR ".join(parts)'),
        ("any_of is all_of", 'either = " OR ".join(parts)', 'either = " AND ".join(parts)'),
        ("what is not known is a no", "= 0 THEN NULL ELSE", "= 0 THEN false ELSE"),
        ("bits of two words overlap", "number % WORD_BITS", "number % (WORD_BITS - 1)"),
        ("the highest age falls outside", "p.leeftijd <= {fact.age.to}", "p.leeftijd < {fact.age.to}"),
        ("the lowest age falls outside", "p.leeftijd >= {fact.age.start}", "p.leeftijd > {fact.age.start}"),
        ("an unknown age is no age", '"p.leeftijd IS NOT NULL"', '"true"'),
        ("an unknown address is another address", '"p.address_kind IS NOT NULL"', '"true"'),
    ),
    *_in(
        "indicators/rows.py",
        RULES,
        ("a spell that still runs has ended", "{end} < {before(peiljaar, 0)}", "{end} <= {before(peiljaar, 0)}"),
        ("the end of the window is a day short", "{end} <= {before(peiljaar, bounds.start)}", "{end} < {before(peiljaar, bounds.start)}"),
        ("the begin of the window is a day long", "{end} > {before(peiljaar, bounds.to)}", "{end} >= {before(peiljaar, bounds.to)}"),
        ("the lowest number falls outside", "{column} >= {number(bounds.start)}", "{column} > {number(bounds.start)}"),
        ("the highest number falls outside", "{column} <= {number(bounds.to)}", "{column} < {number(bounds.to)}"),
        ("a missing value is waited for in vain", '" AND ".join(asked) if codes', "codes if codes"),
        ("a second missing value is not seen", "IS NULL\" if columns else", "IS TRUE\" if columns else"),
        ("numbers are not looked at", "return codes + [part", "return codes or [part"),
        ("all columns must say yes where one suffices", "' OR '.join(either)", "' AND '.join(either)"),
        ("the least duration is a day long", "{spell.begin} <= {before(peiljaar, rule.min_months)}", "{spell.begin} < {before(peiljaar, rule.min_months)}"),
        ("the least duration is not asked", "before(peiljaar, rule.min_months)", "before(peiljaar, 0)"),
        ("the longest duration is a day short", "{spell.begin} >= {before(peiljaar, rule.max_months)}", "{spell.begin} > {before(peiljaar, rule.max_months)}"),
        ("a spell must outlast the peildatum", "{spell.end} >= {before(peiljaar, 0)}", "{spell.end} > {before(peiljaar, 0)}"),
        ("the last months are a day long", '"> {before(peiljaar, rule.months)}"', '">= {before(peiljaar, rule.months)}"'),
        ("the first day of the year falls outside", ">= DATE '{peiljaar}-01-01'", "> DATE '{peiljaar}-01-01'"),
        ("the peildatum itself falls outside", '[f"r.{spell.begin} <= {before(peiljaar, 0)}"', '[f"r.{spell.begin} < {before(peiljaar, 0)}"'),
    ),
    *_in(
        "indicators/spec.py",
        RULES,
        ("a missing number is a no", "(*self.where, *self.where_any, *self.between)", "(*self.where, *self.where_any)"),
        ("a missing value is a no where one column suffices", "(*self.where, *self.where_any, *self.between)", "(*self.where, *self.between)"),
    ),
    *_in(
        "indicators/scans.py",
        RULES,
        ("a missing value is a no", "CASE WHEN {question} THEN", "CASE WHEN false THEN"),
        ("the dates of one rule are asked of all", "for part in asked[0] if all(", "for part in asked[0] if any("),
        ("the dates are not asked at all", "asked = [*holds, *either]", "asked = either"),
        ("bits of the first word are in the second too", "here = [bit for bit in bits if bit.word == word]", "here = [bit for bit in bits if bit.word <= word]"),
        ("a count needs one more", "(WHERE {counts}) >= {rule.at_least}", "(WHERE {counts}) > {rule.at_least}"),
        ("the same value counts twice", "count(DISTINCT r.{rule.distinct})", "count(r.{rule.distinct})"),
        ("what might count is not waited for", "(WHERE ({counts}) IS NOT FALSE)", "(WHERE {counts})"),
        ("a sum must be higher", "{total} >= {number", "{total} > {number"),
        ("a missing amount is zero", "({counts}) IS NULL OR (({counts}) AND r.{rule.column} IS NULL)", "({counts}) IS NULL"),
        ("what is open is called known", "{mask}::UBIGINT & ~({left_open})", "{mask}::UBIGINT | ({left_open})"),
        ("records with a missing value are skipped", 'parts += [f"r.{column} IS NULL" for', 'parts += ["false" for'),
    ),
    *_in(
        "indicators/sequences.py",
        RULES,
        ("what followed is not looked at", 'f ON {_FOLLOWS}" for f in followers)', 'f ON {_FOLLOWS}" for f in followers[:0])'),
        ("a follower must begin a day earlier", "f.begun <= e.until", "f.begun < e.until"),
        ("the ended spell follows itself", "f.reach > e.ended", "f.reach >= e.ended"),
        ("the day after does not continue", 'return f"{end} + 1"', "return end"),
        ("who begins after the peildatum follows", "least(CAST({end} + INTERVAL {rule.within_months} MONTH AS DATE), {before(peiljaar, 0)})", "CAST({end} + INTERVAL {rule.within_months} MONTH AS DATE)"),
        ("a follower with a missing value is none", "for f in followers if f.perhaps]", "for f in followers[:0]]"),
        ("an ended spell with a missing value counts", '["e.says IS NULL"] if open_columns(rule) else []', "[]"),
        ("a spell written backwards does not follow", "greatest(r.{spell.begin}, r.{spell.end})", "r.{spell.end}"),
        ("the first address is a move", "{begun} - (min({begin}) > {since})::INTEGER", "{begun}"),
        ("the first address hides a move", "(min({begin}) > {since})", "(min({begin}) >= {since})"),
        ("the window of moves is a day long", "WHERE {begin} > {since} AND", "WHERE {begin} >= {since} AND"),
        ("a move on the peildatum falls outside", "AND {begin} <= {until})\"\n        enough", "AND {begin} < {until})\"\n        enough"),
    ),
    *_in(
        "indicators/coverage_words.py",
        RULES,
        ("nobody is covered where the gemeente is unknown", "any(speaks(since, window) for since in places.values())", "gemeente in places"),
        ("coverage is not asked", "bit.mask * covered", "bit.mask"),
        ("the second word is covered as the first", "masks[2 * bit.word] |=", "masks[0] |="),
        ("one covered register is enough", "others = all(", "others = any("),
        ("the registers of followers need not cover", "bit.mask * others", "bit.mask"),
    ),
    *_in(
        "indicators/elsewhere.py",
        RULES,
        ("a gemeente that was left on the first day is no matter", "e.left_on < DATE '{window}'", "e.left_on <= DATE '{window}'"),
        ("any gemeente that is covered will do", "bit_and({rest}", "bit_or({rest}"),
        ("an object in no list lies in no gemeente", "coalesce(o.gem, {NO_GEMEENTE})", "o.gem"),
        ("who moved is kept when the gemeente covers everything", 'WHERE {" OR ".join(leaves_open)}', 'WHERE NOT ({" OR ".join(leaves_open)})'),
    ),
    *_in(
        "indicators/windows.py",
        RULES,
        ("the year begins a day later", "return date(peiljaar, 1, 1)", "return date(peiljaar, 1, 2)"),
        ("a spell on the peildatum looks at the year", "        return peildatum\n", "        return date(peiljaar, 1, 1)\n"),
    ),
    *_in(
        "indicators/households.py",
        RULES,
        ("a person is a member of itself", "> ({_true(has)})::INTEGER", "> 0"),
        ("who is unknown makes itself unknown", "= ({_unknown(has)})::INTEGER", "= 0"),
        ("the number alone makes a household", "JOIN households h USING (huishoudnr, datumaanvanghh)", "JOIN households h USING (huishoudnr)"),
        ("a household that began on the peildatum is none", "datumaanvanghh <= {peildatum}", "datumaanvanghh < {peildatum}"),
        ("a household must outlast the peildatum", "datumeindehh >= {peildatum}", "datumeindehh > {peildatum}"),
        ("any household ever", "datumaanvanghh <= {peildatum} AND datumeindehh >= {peildatum}", "true"),
    ),
    *_in(
        "indicators/table.py",
        RULES,
        ("silence means the opposite", '.absence == "nee"', '.absence == "onbekend"'),
        ("a yes does not settle a doubt", "({certain} | {silent} | {known_person})", "({silent} | {known_person})"),
        ("where a person lived before is no matter", "& coalesce(e.covered{word}, {_EVERYTHING})", ""),
        ("that nothing followed elsewhere is no matter", " & coalesce(e.others{word}, {_EVERYTHING}))", ")"),
        ("uncovered registers of followers are no matter", " & c.others{word} &", " &"),
        ("coverage is forgotten", "(c.covered{word} & coalesce(e.covered{word}, {_EVERYTHING}) &", "("),
        ("true without being certain", "({certain} | {true_person}) AS t", "({true} | {true_person}) AS t"),
        ("one record that is clear settles the others", "bit_or(s{word}) AS s{word}\"", "bit_and(s{word}) AS s{word}\""),
        ("the person's own row is always known", "| {silent} | {known_person})", "| {silent} | ~0::UBIGINT)"),
    ),
    *_in(
        "indicators/table.py",
        RANGES,
        ("each range throws away the one before", 'statement = f"INSERT INTO {schema}.person_words"', "pass"),
    ),
    *_in(
        "persons/ranges.py",
        RANGES,
        ("the last person of a range is left out", "(turn + 1) * width - 1)", "(turn + 1) * width - 2)"),
        ("the first person of a range is left out", "yield first + turn * width,", "yield first + turn * width + 1,"),
        ("a range reaches into the next", "(turn + 1) * width - 1)", "(turn + 1) * width)"),
        ("only the first range", "for turn in range(turns):", "for turn in range(1):"),
    ),
    *_in(
        "indicators/possible.py",
        QUICK,
        ("the quick look asks that all be possible", '<> {mask}::UBIGINT" for', '= 0" for'),
        ("the quick look asks for what is true", '" OR ".join(f"(f{word} & {mask}', '" OR ".join(f"(t0 & {mask}'),
        ("the quick look passes over a combination", '            return "true"\n        best', '            continue\n        best'),
    ),
    *_in(
        "indicators/patterns.py",
        PERSONAS,
        ("a pattern forgets what is known", "k{word} & {mask}::UBIGINT AS k{word}", "t{word} & {mask}::UBIGINT AS k{word}"),
        ("who is possible for one persona only is left out", '" OR ".join(f"({possible_sql', '" AND ".join(f"({possible_sql'),
        ("what is unknown is called false", "xor(k{word}, t{word}) AS f{word}", "~t{word} AS f{word}"),
    ),
    *_in(
        "indicators/possible.py",
        PERSONAS,
        ("every part of any_of must be possible", ' OR ".join(f"(f{word} & {m}', ' AND ".join(f"(f{word} & {m}'),
        ("one impossible part makes any_of impossible", "<> {m}::UBIGINT", "= 0"),
        ("none_of is asked as all_of", "not_true[bits[part].word] |= bits[part].mask", "not_false[bits[part].word] |= bits[part].mask"),
        ("parts that are combinations are passed over", "if all(part in bits for part in parts):", "parts = tuple(part for part in parts if part in bits)\n        if parts:"),
    ),
    *_in(
        "registers/municipal/bsn.py",
        RAW,
        ("the last weight is that of bank accounts", "3, 2, -1)", "3, 2, 1)"),
        ("two weights are the same", "(9, 8, 7,", "(9, 8, 8,"),
        ("a lost zero stays lost", "in (8, 9)", "== 9"),
    ),
    *_in(
        "registers/municipal/raw_file.py",
        RAW,
        ("what the library says is passed on", "    except Exception:\n", "    except ZeroDivisionError:\n"),
        ("a refused file keeps its good rows", "Rows({}, tuple(self._faults)) if self._faults", "Rows(found, tuple(self._faults)) if self._faults"),
        ("a real number is taken with a synthetic key", "is_synthetic(digits) != (self._purpose", "is_synthetic(digits) == (self._purpose"),
        ("a file that breaks off is taken", 'if not text.endswith("\\n")', "if not text"),
    ),
    *_in(
        "registers/municipal/pseudonyms.py",
        RAW,
        ("all registers have one pseudonym", "/{register.upper()}/", "/"),
        ("the id of the key does not count", "/{key.key_id}", ""),
    ),
    *_in(
        "registers/municipal/sealed.py",
        LINK,
        ("a changed manifest is taken", "if not manifest.is_sealed_by(key)", "if False"),
        ("another key of the same id is taken", "if not hmac.compare_digest(key.check, check)", "if False"),
        ("a truncated file is taken", ".hexdigest() != manifest.rows_sha256", '.hexdigest() == ""'),
        ("a synthetic key opens real data", "if key.purpose != kind", "if False"),
    ),
    *_in(
        "registers/municipal/joining.py",
        LINK,
        ("who cannot be linked is dropped", 'f"LEFT JOIN (SELECT', 'f"JOIN (SELECT'),
        ("who cannot be linked enters the register", " WHERE rinpersoon IS NOT NULL\",", "\","),
        ("silence of a gemeente that links nowhere is a no", "    if strange:", "    if False:"),
        ("the linkage of every register is used", "WHERE upper(register) = '{register.name}'", "WHERE true"),
    ),
    *_in(
        "registers/municipal/linkage.py",
        LINK,
        ("chance decides between two RINs", "    if twice:", "    if False:"),
    ),
    *_in(
        "registers/municipal/pseudonymise.py",
        NOWHERE,
        (
            "the raw file is kept for a moment",
            "    rows = read_raw(stream, ",
            "    import io\n    kept = stream.read()\n    stream = io.BytesIO(kept)\n    to.mkdir(parents=True, exist_ok=True)\n"
            '    (to / "kept").write_bytes(kept)\n    rows = read_raw(stream, ',
        ),
    ),
    *_in(
        "warehouse.py",
        AT_REST,
        ("Parquet between steps is plain", ", ENCRYPTION_CONFIG {{footer_key: '{name}'}}\"", "\" + name[:0]"),
        ("every kluis has the same key for Parquet", "bytes.fromhex(secret), f", "bytes(32), f"),
    ),
    *_in(
        "duckdb_settings.py",
        AT_REST,
        ("what is spilled is plain", "SET temp_file_encryption = true", "SET temp_file_encryption = false"),
    ),
    *_in(
        "private_files.py",
        AT_REST,
        ("files have the mask of the process", "os.umask(wanted)", "os.umask(0o022)"),
        ("a secret that fails is passed on", "except (OSError, ValueError, RecursionError)", "except (OSError, RecursionError)"),
    ),
)  # fmt: skip
