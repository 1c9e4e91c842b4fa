-- The exact, bounded counts of release plan 2023-voorlopig as an experienced analyst would write them by hand: start
-- from the rarest facts, look up the frame for the few candidates only, and know these three personas by heart.
--   0 dakloos-verslaafd-schulden   1 jongere-schuld-zonder-startkwalificatie   2 wia-zelf-stopgezet   at most 2 a person
-- Result: gemeente, leeftijdsgroep, geslacht, persona, state (1 missing, 2 served, 3 unknown), n.
WITH
schuld AS (
    SELECT person FROM y2023.schuldenproblematiek WHERE smalle_def_problematische_schulden = '1'
    UNION
    SELECT person FROM y2023.wanbzvwtab
),
bijstand AS (
    SELECT DISTINCT person FROM y2023.bijstandpersoonbus
    WHERE aanvbijstand <= DATE '2023-12-31' AND eindbijstand >= DATE '2023-12-31' AND bijstandsoort IN ('01', '02', '03')
),
verslaafd AS (
    SELECT person FROM y2023.medicijntab WHERE atc4 = 'N07B'
    UNION
    SELECT person FROM y2023.ggzzpmprestatietab WHERE zpmdiagnose = 'SG03'
),
gestoord AS (
    SELECT person FROM y2023.medicijntab WHERE atc4 = 'N05A'
    UNION
    SELECT person FROM y2023.ggzzpmprestatietab WHERE zpmdiagnose IN ('SG01', 'SG04')
),
ao_gestopt AS (
    SELECT DISTINCT e.person FROM y2023.aototpersoonbus e
    WHERE e.eindaotot > DATE '2022-09-30' AND e.eindaotot <= DATE '2023-09-30'
        AND NOT EXISTS (
            SELECT 1 FROM y2023.aototpersoonbus n
            WHERE n.person = e.person AND n.aanvaotot <= e.eindaotot + 1 AND n.eindaotot > e.eindaotot
        )
),
dakloos AS (
    SELECT person FROM verslaafd SEMI JOIN bijstand USING (person) SEMI JOIN schuld USING (person)
),
jong AS (
    SELECT p.person FROM y2023.gbapersoontab p SEMI JOIN schuld USING (person)
    WHERE p.gbageboortejaar BETWEEN 1997 AND 2005 OR p.gbageboortejaar IS NULL
),
zonder_diploma AS (
    SELECT person FROM jong
    ANTI JOIN (
        SELECT h.person FROM y2023.hoogsteopltab h SEMI JOIN jong USING (person)
        WHERE h.oplnivsoi2021agg4hbmetnirwo NOT IN ('1111', '1112', '1211', '1212', '1213', '1221', '1222')
    ) USING (person)
),
wia AS (
    SELECT person FROM ao_gestopt SEMI JOIN gestoord USING (person)
),
zoekt_werk AS (
    SELECT person FROM zonder_diploma UNION SELECT person FROM wia
),
werkt AS (
    SELECT s.person FROM y2023.spolisbus s SEMI JOIN zoekt_werk USING (person)
    WHERE s.sdatumaanvangiko <= DATE '2023-12-31' AND s.sdatumeindeiko > DATE '2023-09-30'
    UNION
    SELECT s.person FROM y2023.secmbus s SEMI JOIN zoekt_werk USING (person)
    WHERE s.aanvsecm <= DATE '2023-12-31' AND s.eindsecm >= DATE '2023-12-31' AND s.secm IN ('12', '13', '14', '15')
),
candidates AS (
    SELECT person, bool_or(which = 0) AS is_dakloos, bool_or(which = 1) AS is_jong, bool_or(which = 2) AS is_wia
    FROM (
        SELECT person, 0 AS which FROM dakloos
        UNION ALL
        SELECT person, 1 FROM zonder_diploma ANTI JOIN werkt USING (person)
        UNION ALL
        SELECT person, 2 FROM wia ANTI JOIN werkt USING (person)
    )
    GROUP BY person
),
geboren AS (
    SELECT p.person, 2023 - p.gbageboortejaar AS leeftijd, coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht
    FROM y2023.gbapersoontab p SEMI JOIN candidates USING (person)
),
woont AS (
    SELECT a.person, a.object_id FROM y2023.gbaadresobjectbus a SEMI JOIN candidates USING (person)
    WHERE a.gbadatumaanvangadreshouding <= DATE '2023-12-31' AND a.gbadatumeindeadreshouding >= DATE '2023-12-31'
),
objecten AS (
    SELECT v.object_id, v.gem, 1 AS soort FROM y2023.vslgwbtab v SEMI JOIN woont USING (object_id)
    UNION ALL
    SELECT object_id, gem, CASE soortobjectnummer WHEN 'I' THEN 2 WHEN 'B' THEN 3 END FROM y2023.nietvslgwbtab
),
plaats AS (
    SELECT h.person, h.plhh FROM y2023.gbahuishoudensbus h SEMI JOIN candidates USING (person)
    WHERE h.datumaanvanghh <= DATE '2023-12-31' AND h.datumeindehh >= DATE '2023-12-31'
),
facts AS (
    SELECT
        coalesce(o.gem, 0) AS gemeente, b.leeftijd, b.geslacht,
        c.is_dakloos, c.is_jong, c.is_wia,
        b.leeftijd BETWEEN 18 AND 66 AS tot_aow,
        b.leeftijd BETWEEN 18 AND 26 AS jong,
        o.soort = 3 AS opvang,
        coalesce(h.plhh, '') <> '1' AS niet_thuis,
        c.person IN (SELECT person FROM bijstand) AS bijstand,
        c.person IN (SELECT person FROM y2023.onderwijsinschrtab) AS ingeschreven,
        c.person IN (SELECT person FROM y2023.wanbzvwtab) AS wanbetaler,
        c.person IN (
            SELECT person FROM y2023.aototpersoonbus
            WHERE aanvaotot <= DATE '2023-12-31' AND eindaotot >= DATE '2023-12-31'
        ) AS ao,
        c.person IN (
            SELECT person FROM y2023.wsnppersbus
            WHERE wsnpdatumtoelaat <= DATE '2023-12-31' AND wsnpdatumbeein >= DATE '2023-12-31'
        ) AS wsnp,
        CASE WHEN sh.covered THEN c.person IN (
            SELECT person FROM y2023.schuldhulp
            WHERE begindatum <= DATE '2023-12-31' AND einddatum >= DATE '2023-12-31' AND trajectsoort = 'S'
        ) END AS minnelijk,
        CASE WHEN vs.covered THEN c.person IN (SELECT person FROM y2023.vroegsignalering) END AS signaal,
        -- A level that is on record and not high is low; without one it is unknown.
        CASE WHEN c.person IN (
            SELECT person FROM y2023.hoogsteopltab WHERE oplnivsoi2021agg4hbmetnirwo IS NOT NULL
        ) THEN true END AS laag
    FROM candidates c
    JOIN geboren b USING (person)
    JOIN woont w USING (person)
    LEFT JOIN objecten o USING (object_id)
    LEFT JOIN plaats h USING (person)
    LEFT JOIN y2023.coverage sh ON sh.register = 'SCHULDHULP' AND sh.gemeente = o.gem
    LEFT JOIN y2023.coverage vs ON vs.register = 'VROEGSIGNALERING' AND vs.gemeente = o.gem
),
states AS (
    SELECT
        gemeente, leeftijd, geslacht,
        CASE
            WHEN NOT is_dakloos OR NOT (tot_aow AND opvang) THEN NULL
            WHEN (tot_aow AND opvang) IS NULL OR (minnelijk OR wsnp) IS NULL THEN 3
            WHEN minnelijk OR wsnp THEN 2
            ELSE 1
        END AS dakloos,
        CASE
            WHEN NOT is_jong OR NOT (jong AND laag AND niet_thuis) THEN NULL
            WHEN (jong AND laag AND niet_thuis) IS NULL THEN 3
            WHEN bijstand OR ingeschreven THEN 2
            ELSE 1
        END AS jongere,
        CASE
            WHEN NOT is_wia OR NOT (tot_aow AND (signaal OR wanbetaler)) THEN NULL
            WHEN (tot_aow AND (signaal OR wanbetaler)) IS NULL THEN 3
            WHEN bijstand OR ao THEN 2
            ELSE 1
        END AS wia
    FROM facts
),
counted AS (
    SELECT gemeente, leeftijd, geslacht, 0 AS persona, dakloos AS state FROM states
    UNION ALL
    SELECT gemeente, leeftijd, geslacht, 1, jongere FROM states
    UNION ALL
    SELECT gemeente, leeftijd, geslacht, 2, CASE WHEN dakloos IS NULL OR jongere IS NULL THEN wia END FROM states
)
SELECT
    gemeente,
    CASE
        WHEN leeftijd <= 14 THEN 0
        WHEN leeftijd <= 24 THEN 1
        WHEN leeftijd <= 44 THEN 2
        WHEN leeftijd <= 64 THEN 3
        WHEN leeftijd <= 130 THEN 4
    END AS leeftijdsgroep,
    geslacht, persona, state, count(*) AS n
FROM counted
WHERE state IS NOT NULL
GROUP BY ALL
