-- The same counts as counts.sql, by an analyst who has the indicators of everybody (the view person_indicators) and no
-- pattern table: one scan of the view, the three personas spelled out, the bound of two by hand.
-- Result: gemeente, leeftijdsgroep, geslacht, persona, state (1 missing, 2 served, 3 unknown), n.
WITH
judged AS (
    SELECT
        gemeente, leeftijdsgroep, geslacht,
        leeftijd_18_tot_aow AND adres_opvang_of_briefadres AND (verslaving_medicatie OR verslaving_ggz)
            AND (schuld_smal OR wanbetaler_zorgpremie) AND bijstand AS in_dakloos,
        schuldregeling_minnelijk OR wsnp AS regeling,
        leeftijd_18_tot_27 AND (schuld_smal OR wanbetaler_zorgpremie) AND zonder_startkwalificatie
            AND NOT (baan_laatste_drie_maanden OR zelfstandige) AND NOT thuiswonend_kind AS in_jong,
        bijstand OR onderwijs_ingeschreven AS leerinkomen,
        leeftijd_18_tot_aow AND (antipsychotica OR ggz_ernstig) AND ao_beeindigd
            AND (vroegsignaal OR wanbetaler_zorgpremie)
            AND NOT (baan_laatste_drie_maanden OR zelfstandige) AS in_wia,
        bijstand OR ao_uitkering AS inkomen
    FROM y2023.person_indicators
),
states AS (
    SELECT
        gemeente, leeftijdsgroep, geslacht,
        CASE
            WHEN in_dakloos IS FALSE THEN NULL WHEN in_dakloos IS NULL OR regeling IS NULL THEN 3
            WHEN regeling THEN 2 ELSE 1
        END AS dakloos,
        CASE
            WHEN in_jong IS FALSE THEN NULL WHEN in_jong IS NULL OR leerinkomen IS NULL THEN 3
            WHEN leerinkomen THEN 2 ELSE 1
        END AS jongere,
        CASE
            WHEN in_wia IS FALSE THEN NULL WHEN in_wia IS NULL OR inkomen IS NULL THEN 3
            WHEN inkomen THEN 2 ELSE 1
        END AS wia
    FROM judged
    WHERE in_dakloos IS NOT FALSE OR in_jong IS NOT FALSE OR in_wia IS NOT FALSE
),
counted AS (
    SELECT gemeente, leeftijdsgroep, geslacht, 0 AS persona, dakloos AS state FROM states
    UNION ALL
    SELECT gemeente, leeftijdsgroep, geslacht, 1, jongere FROM states
    UNION ALL
    SELECT gemeente, leeftijdsgroep, geslacht, 2, CASE WHEN dakloos IS NULL OR jongere IS NULL THEN wia END FROM states
)
SELECT gemeente, leeftijdsgroep, geslacht, persona, state, count(*) AS n
FROM counted
WHERE state IS NOT NULL
GROUP BY ALL
