-- The same counts as counts.sql, by somebody who does as the pipeline does: every fact of the plan for everybody, in one
-- scan per register, and then the personas. No table is written, and only the facts of this plan are looked up.
-- Result: gemeente, leeftijdsgroep, geslacht, persona, state (1 missing, 2 served, 3 unknown), n.
WITH
said AS (
    SELECT person, CASE atc4 WHEN 'N07B' THEN 1 ELSE 2 END AS b FROM y2023.medicijntab WHERE atc4 IN ('N07B', 'N05A')
    UNION ALL
    SELECT person, CASE zpmdiagnose WHEN 'SG03' THEN 1 ELSE 2 END FROM y2023.ggzzpmprestatietab
    WHERE zpmdiagnose IN ('SG01', 'SG03', 'SG04')
    UNION ALL
    SELECT person, 4 FROM y2023.schuldenproblematiek WHERE smalle_def_problematische_schulden = '1'
    UNION ALL
    SELECT person, 4 + 8 FROM y2023.wanbzvwtab
    UNION ALL
    SELECT person, 16 FROM y2023.vroegsignalering
    UNION ALL
    SELECT person, 32 FROM y2023.bijstandpersoonbus
    WHERE aanvbijstand <= DATE '2023-12-31' AND eindbijstand >= DATE '2023-12-31' AND bijstandsoort IN ('01', '02', '03')
    UNION ALL
    SELECT person, 64 FROM y2023.aototpersoonbus
    WHERE aanvaotot <= DATE '2023-12-31' AND eindaotot >= DATE '2023-12-31'
    UNION ALL
    SELECT e.person, 128 FROM y2023.aototpersoonbus e
    WHERE e.eindaotot > DATE '2022-09-30' AND e.eindaotot <= DATE '2023-09-30'
        AND NOT EXISTS (
            SELECT 1 FROM y2023.aototpersoonbus n
            WHERE n.person = e.person AND n.aanvaotot <= e.eindaotot + 1 AND n.eindaotot > e.eindaotot
        )
    UNION ALL
    SELECT person, 256 FROM y2023.wsnppersbus
    WHERE wsnpdatumtoelaat <= DATE '2023-12-31' AND wsnpdatumbeein >= DATE '2023-12-31'
    UNION ALL
    SELECT person, 512 FROM y2023.schuldhulp
    WHERE begindatum <= DATE '2023-12-31' AND einddatum >= DATE '2023-12-31' AND trajectsoort = 'S'
    UNION ALL
    SELECT person, 1024 FROM y2023.onderwijsinschrtab
    UNION ALL
    SELECT person, 2048 FROM y2023.spolisbus
    WHERE sdatumaanvangiko <= DATE '2023-12-31' AND sdatumeindeiko > DATE '2023-09-30'
    UNION ALL
    SELECT person, 2048 FROM y2023.secmbus
    WHERE aanvsecm <= DATE '2023-12-31' AND eindsecm >= DATE '2023-12-31' AND secm IN ('12', '13', '14', '15')
    UNION ALL
    SELECT person,
        CASE WHEN oplnivsoi2021agg4hbmetnirwo IN ('1111', '1112', '1211', '1212', '1213', '1221', '1222')
            THEN 4096 ELSE 8192 END
    FROM y2023.hoogsteopltab WHERE oplnivsoi2021agg4hbmetnirwo IS NOT NULL
    UNION ALL
    SELECT person, 16384 FROM y2023.gbahuishoudensbus
    WHERE plhh = '1' AND datumaanvanghh <= DATE '2023-12-31' AND datumeindehh >= DATE '2023-12-31'
),
folded AS (
    SELECT person, bit_or(b::USMALLINT) AS b FROM said GROUP BY person
),
objecten AS (
    SELECT object_id, gem, 1 AS soort FROM y2023.vslgwbtab
    UNION ALL
    SELECT object_id, gem, CASE soortobjectnummer WHEN 'I' THEN 2 WHEN 'B' THEN 3 END FROM y2023.nietvslgwbtab
),
everyone AS (
    SELECT
        coalesce(o.gem, 0) AS gemeente, 2023 - p.gbageboortejaar AS leeftijd,
        coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht, o.soort = 3 AS opvang,
        coalesce(f.b, 0) AS b, sh.covered AS kent_minnelijk, vs.covered AS kent_signaal
    FROM y2023.gbapersoontab p
    JOIN y2023.gbaadresobjectbus a
        ON a.person = p.person
        AND a.gbadatumaanvangadreshouding <= DATE '2023-12-31' AND a.gbadatumeindeadreshouding >= DATE '2023-12-31'
    LEFT JOIN folded f ON f.person = p.person
    LEFT JOIN objecten o ON o.object_id = a.object_id
    LEFT JOIN y2023.coverage sh ON sh.register = 'SCHULDHULP' AND sh.gemeente = o.gem
    LEFT JOIN y2023.coverage vs ON vs.register = 'VROEGSIGNALERING' AND vs.gemeente = o.gem
),
facts AS (
    SELECT
        gemeente, leeftijd, geslacht,
        leeftijd BETWEEN 18 AND 66 AND opvang AND b & 1 > 0 AND b & 4 > 0 AND b & 32 > 0 AS in_dakloos,
        CASE WHEN kent_minnelijk THEN b & 512 > 0 END OR b & 256 > 0 AS regeling,
        leeftijd BETWEEN 18 AND 26 AND b & 4 > 0 AND b & 2048 = 0 AND b & 16384 = 0
            AND CASE WHEN b & 4096 > 0 THEN true WHEN b & 8192 > 0 THEN false END AS in_jong,
        b & (32 | 1024) > 0 AS leerinkomen,
        leeftijd BETWEEN 18 AND 66 AND b & 2 > 0 AND b & 128 > 0 AND b & 2048 = 0
            AND (CASE WHEN kent_signaal THEN b & 16 > 0 END OR b & 8 > 0) AS in_wia,
        b & (32 | 64) > 0 AS inkomen
    FROM everyone
),
states AS (
    SELECT
        gemeente, leeftijd, geslacht,
        CASE
            WHEN in_dakloos IS FALSE THEN NULL WHEN (in_dakloos AND (regeling OR NOT regeling)) IS NULL THEN 3
            WHEN regeling THEN 2 ELSE 1
        END AS dakloos,
        CASE WHEN in_jong IS FALSE THEN NULL WHEN in_jong IS NULL THEN 3 WHEN leerinkomen THEN 2 ELSE 1 END AS jongere,
        CASE WHEN in_wia IS FALSE THEN NULL WHEN in_wia IS NULL THEN 3 WHEN inkomen THEN 2 ELSE 1 END AS wia
    FROM facts
    WHERE in_dakloos IS NOT FALSE OR in_jong IS NOT FALSE OR in_wia IS NOT FALSE
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
