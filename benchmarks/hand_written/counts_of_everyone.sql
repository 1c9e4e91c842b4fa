-- The exact, bounded counts of release plan 2023-voorlopig by somebody who does as the pipeline does: every fact of the
-- plan for everybody, in one scan per register, and then the thirteen personas. No table is written, and only the facts
-- of this plan are looked up.
-- Result: gemeente, leeftijdsgroep, geslacht, persona (place in the plan), state (1 missing, 2 served, 3 unknown), n.
WITH
said AS (
    SELECT person,
        CASE atc4 WHEN 'A10A' THEN 1 WHEN 'N07B' THEN 2 WHEN 'N05A' THEN 4 + 8 ELSE 8 END::UBIGINT AS b
    FROM y2023.medicijntab WHERE atc4 IN ('A10A', 'N07B', 'N05A', 'N05B', 'N06A', 'N06B')
    UNION ALL
    SELECT person, CASE WHEN zpmdiagnose = 'SG03' THEN 16 + 64 WHEN zpmdiagnose IN ('SG01', 'SG04') THEN 32 + 64 ELSE 64 END
    FROM y2023.ggzzpmprestatietab
    UNION ALL
    SELECT person, 128 FROM y2023.mszprestatiesvekttab WHERE mszdiagnosegroep = 'COE'
    UNION ALL
    SELECT person, 256 + CASE WHEN zvwkgeboortezorg >= 1 THEN 512 ELSE 0 END
        + CASE WHEN zvwkziekenhuis >= 5000 THEN 1024 ELSE 0 END + CASE WHEN zvwkwykverpleging >= 1 THEN 2048 ELSE 0 END
    FROM y2023.zvwzorgkostentab
    UNION ALL
    SELECT person, CASE WHEN wlzgrondslag = 'VG' THEN 4096 + 8192 ELSE 4096 END FROM y2023.indicwlztab
    UNION ALL
    SELECT person,
        CASE WHEN wmodatumaanvang <= DATE '2023-12-31' AND wmodatumeinde >= DATE '2023-12-31'
            THEN 16384 + CASE typearrangement WHEN '3' THEN 32768 WHEN '5' THEN 65536 ELSE 0 END ELSE 0 END
    FROM y2023.wmobus
    UNION ALL
    SELECT person, 1 << 17 FROM y2023.schuldenproblematiek WHERE smalle_def_problematische_schulden = '1'
    UNION ALL
    SELECT person, 1 << 18 FROM y2023.wanbzvwtab
    UNION ALL
    SELECT person, 1 << 19 FROM y2023.vroegsignalering
    UNION ALL
    SELECT person, 1 << 20 FROM y2023.wsnppersbus
    WHERE wsnpdatumtoelaat <= DATE '2023-12-31' AND wsnpdatumbeein >= DATE '2023-12-31'
    UNION ALL
    SELECT person, CASE trajectsoort WHEN 'S' THEN 3 << 21 ELSE 2 << 21 END FROM y2023.schuldhulp
    WHERE begindatum <= DATE '2023-12-31' AND einddatum >= DATE '2023-12-31' AND trajectsoort IN ('S', 'B')
    UNION ALL
    SELECT person, CASE WHEN vehw1210shyh >= 1 THEN 3 << 23 ELSE 1 << 23 END FROM y2023.vehtab
    WHERE vehw1210shyh IS NOT NULL
    UNION ALL
    SELECT person, CASE WHEN bijstandsoort = '13' THEN 1 << 26 ELSE 1 << 25 END FROM y2023.bijstandpersoonbus
    WHERE aanvbijstand <= DATE '2023-12-31' AND eindbijstand >= DATE '2023-12-31'
        AND bijstandsoort IN ('01', '02', '03', '13')
    UNION ALL
    SELECT person, CASE WHEN aototwet = '3' THEN 3 << 27 ELSE 1 << 27 END FROM y2023.aototpersoonbus
    WHERE aanvaotot <= DATE '2023-12-31' AND eindaotot >= DATE '2023-12-31'
    UNION ALL
    SELECT e.person, 1 << 29 FROM y2023.aototpersoonbus e
    WHERE e.eindaotot > DATE '2022-09-30' AND e.eindaotot <= DATE '2023-09-30'
        AND NOT EXISTS (
            SELECT 1 FROM y2023.aototpersoonbus n
            WHERE n.person = e.person AND n.aanvaotot <= e.eindaotot + 1 AND n.eindaotot > e.eindaotot
        )
    UNION ALL
    SELECT person, 1 << 30 FROM y2023.wwpersoonbus WHERE aanvww <= DATE '2023-12-31' AND eindww >= DATE '2023-12-31'
    UNION ALL
    SELECT person, 1::BIGINT << 31 FROM y2023.spolisbus
    WHERE sdatumaanvangiko <= DATE '2023-12-31' AND sdatumeindeiko > DATE '2023-09-30'
    UNION ALL
    SELECT e.person, 1::BIGINT << 32 FROM y2023.spolisbus e
    WHERE e.sdatumeindeiko > DATE '2022-12-31' AND e.sdatumeindeiko <= DATE '2023-11-30'
        AND NOT EXISTS (
            SELECT 1 FROM y2023.spolisbus n
            WHERE n.person = e.person AND n.sdatumaanvangiko <= DATE '2023-12-31'
                AND (
                    n.sdatumaanvangiko > e.sdatumeindeiko
                    AND n.sdatumaanvangiko <= CAST(e.sdatumeindeiko + INTERVAL 3 MONTH AS DATE)
                    OR n.sdatumaanvangiko <= e.sdatumeindeiko + 1 AND n.sdatumeindeiko > e.sdatumeindeiko
                )
        )
        AND NOT EXISTS (
            SELECT 1 FROM y2023.wwpersoonbus n
            WHERE n.person = e.person AND n.aanvww <= DATE '2023-12-31'
                AND (
                    n.aanvww > e.sdatumeindeiko AND n.aanvww <= CAST(e.sdatumeindeiko + INTERVAL 3 MONTH AS DATE)
                    OR n.aanvww <= e.sdatumeindeiko + 1 AND n.eindww > e.sdatumeindeiko
                )
        )
    UNION ALL
    SELECT person, 1::BIGINT << 33 FROM y2023.secmbus
    WHERE aanvsecm <= DATE '2023-12-31' AND eindsecm >= DATE '2023-12-31' AND secm IN ('12', '13', '14', '15')
    UNION ALL
    SELECT person,
        CASE WHEN oplnivsoi2021agg4hbmetnirwo = '1211' THEN 7::BIGINT << 34
            WHEN oplnivsoi2021agg4hbmetnirwo IN ('1111', '1112', '1212', '1213', '1221', '1222') THEN 3::BIGINT << 34
            ELSE 1::BIGINT << 34 END
    FROM y2023.hoogsteopltab WHERE oplnivsoi2021agg4hbmetnirwo IS NOT NULL
    UNION ALL
    SELECT person, 1::BIGINT << 37 FROM y2023.onderwijsinschrtab
    UNION ALL
    SELECT person, 1::BIGINT << 38 FROM y2023.inschrwpotab
    UNION ALL
    SELECT person,
        CASE WHEN begindatum <= DATE '2023-12-31' AND einddatum >= DATE '2023-01-01' THEN 1::BIGINT << 39 ELSE 0 END
        | CASE WHEN begindatum <= DATE '2023-09-30' AND einddatum >= DATE '2023-12-31' THEN 1::BIGINT << 40 ELSE 0 END
        | CASE WHEN begindatum <= DATE '2023-12-31' AND einddatum >= DATE '2023-12-31' AND arrangement = '1'
            THEN 1::BIGINT << 41 ELSE 0 END
    FROM y2023.thuiszitters
    UNION ALL
    SELECT person, 1::BIGINT << 42 FROM y2023.urgentie
    WHERE begindatum <= DATE '2023-12-31' AND einddatum >= DATE '2023-12-31'
    UNION ALL
    SELECT person, CASE WHEN inpp100ppers BETWEEN -1 AND 10 THEN 3::BIGINT << 43 ELSE 1::BIGINT << 43 END
    FROM y2023.inpatab WHERE inpp100ppers IS NOT NULL
    UNION ALL
    SELECT person, 1::BIGINT << 45 FROM y2023.aowuitkering1atab WHERE aowkortingspercentage >= 2
    UNION ALL
    SELECT person, 1::BIGINT << 46 FROM y2023.slotab WHERE slodelict = 'G'
    UNION ALL
    SELECT person, 1::BIGINT << 47 FROM y2023.verdtab GROUP BY person HAVING count(*) >= 2
    UNION ALL
    SELECT person,
        CASE WHEN jgdhgeldigheidbegindatum <= DATE '2023-12-31' AND jgdhgeldigheideinddatum >= DATE '2023-12-31'
            THEN CASE WHEN jgdhhulpvorm IN ('21', '22', '24') THEN 3::BIGINT << 48 ELSE 1::BIGINT << 48 END ELSE 0 END
    FROM y2023.jgdhulpbus
    UNION ALL
    SELECT e.person, 1::BIGINT << 50 FROM y2023.jgdhulpbus e
    WHERE e.jgdhhulpvorm IN ('11', '12', '13', '14') AND e.jgdhgeldigheideinddatum > DATE '2021-12-31'
        AND e.jgdhgeldigheideinddatum < DATE '2023-12-31'
        AND NOT EXISTS (
            SELECT 1 FROM y2023.jgdhulpbus n
            WHERE n.person = e.person AND n.jgdhgeldigheidbegindatum <= e.jgdhgeldigheideinddatum + 1
                AND n.jgdhgeldigheideinddatum > e.jgdhgeldigheideinddatum
        )
    UNION ALL
    SELECT person, CASE WHEN plhh = '1' THEN 1::BIGINT << 51 ELSE 1::BIGINT << 52 END FROM y2023.gbahuishoudensbus
    WHERE plhh IN ('1', '5', '6', '7') AND datumaanvanghh <= DATE '2023-12-31' AND datumeindehh >= DATE '2023-12-31'
    UNION ALL
    SELECT e.person, 1::BIGINT << 53 FROM y2023.gbahuishoudensbus e
    WHERE e.plhh IN ('3', '4', '5', '6') AND e.datumeindehh > DATE '2021-12-31' AND e.datumeindehh < DATE '2023-12-31'
        AND NOT EXISTS (
            SELECT 1 FROM y2023.gbahuishoudensbus n
            WHERE n.person = e.person AND n.plhh IN ('3', '4', '5', '6') AND n.datumaanvanghh <= DATE '2023-12-31'
                AND n.datumaanvanghh <= CAST(e.datumeindehh + INTERVAL 24 MONTH AS DATE)
                AND n.datumeindehh > e.datumeindehh
        )
    UNION ALL
    SELECT person, 1::BIGINT << 54 FROM y2023.gbaadresobjectbus
    WHERE soortobjectnummer = 'B' AND gbadatumaanvangadreshouding <= DATE '2023-09-30'
        AND gbadatumeindeadreshouding >= DATE '2023-12-31'
    UNION ALL
    SELECT m.person, 1::BIGINT << 55
    FROM (
        SELECT person, count(*) AS moves, min(gbadatumaanvangadreshouding) AS first_move FROM y2023.gbaadresobjectbus
        WHERE gbadatumaanvangadreshouding > DATE '2022-12-31' AND gbadatumaanvangadreshouding <= DATE '2023-12-31'
        GROUP BY person HAVING count(*) >= 2
    ) m
    WHERE m.moves >= 3 OR EXISTS (
        SELECT 1 FROM y2023.gbaadresobjectbus f
        WHERE f.person = m.person AND f.gbadatumaanvangadreshouding < m.first_move
    )
),
folded AS (
    SELECT person, bit_or(b::UBIGINT) AS b FROM said GROUP BY person
),
objecten AS (
    SELECT object_id, gem, 1 AS soort FROM y2023.vslgwbtab
    UNION ALL
    SELECT object_id, gem, CASE soortobjectnummer WHEN 'I' THEN 2 WHEN 'B' THEN 3 END FROM y2023.nietvslgwbtab
),
dekking AS (
    SELECT gemeente,
        bool_or(covered) FILTER (register = 'WMOBUS') AS wmo, bool_or(covered) FILTER (register = 'SCHULDHULP') AS sh,
        bool_or(covered) FILTER (register = 'VROEGSIGNALERING') AS vs,
        bool_or(covered) FILTER (register = 'THUISZITTERS') AS tz, bool_or(covered) FILTER (register = 'URGENTIE') AS ur
    FROM y2023.coverage GROUP BY gemeente
),
elders AS (
    SELECT a.person, bool_and(coalesce(d.vs, false)) AS vs, bool_and(coalesce(d.tz, false)) AS tz
    FROM y2023.gbaadresobjectbus a LEFT JOIN objecten o USING (object_id) LEFT JOIN dekking d ON d.gemeente = o.gem
    WHERE a.gbadatumeindeadreshouding >= DATE '2023-01-01' AND a.gbadatumeindeadreshouding < DATE '2023-12-31'
        AND a.gbadatumaanvangadreshouding <= a.gbadatumeindeadreshouding
    GROUP BY a.person
),
everyone AS (
    SELECT
        coalesce(o.gem, 0) AS gemeente, 2023 - p.gbageboortejaar AS leeftijd,
        coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht, o.soort = 3 AS opvang, coalesce(f.b, 0) AS b,
        p.gbageboortelandnl = '0' AS buitenland,
        d.wmo AS kent_wmo, d.sh AS kent_schuldhulp, d.tz AS kent_thuis,
        d.vs AND coalesce(e.vs, true) AS kent_signaal, d.tz AND coalesce(e.tz, true) AS kent_thuis_jaar, d.ur AS kent_urgentie
    FROM y2023.gbapersoontab p
    JOIN y2023.gbaadresobjectbus a
        ON a.person = p.person
        AND a.gbadatumaanvangadreshouding <= DATE '2023-12-31' AND a.gbadatumeindeadreshouding >= DATE '2023-12-31'
    LEFT JOIN folded f ON f.person = p.person
    LEFT JOIN objecten o ON o.object_id = a.object_id
    LEFT JOIN dekking d ON d.gemeente = o.gem
    LEFT JOIN elders e ON e.person = p.person
),
facts AS (
    SELECT
        gemeente, leeftijd, geslacht,
        leeftijd BETWEEN 4 AND 12 AND b & 1 > 0 AND b & 128 > 0 AND b & (1::BIGINT << 38) > 0 AS in_0,
        CASE WHEN b & 256 > 0 THEN b & 2048 > 0 END AND b & (1::BIGINT << 49) > 0 AS has_0,
        leeftijd BETWEEN 18 AND 45
            AND (b & 8192 > 0 OR b & (1 << 28) > 0 OR CASE WHEN b & (1::BIGINT << 34) > 0 THEN b & (1::BIGINT << 36) > 0 END)
            AND b & (1::BIGINT << 54) > 0 AND CASE WHEN b & 256 > 0 THEN b & 512 > 0 END AND b & (1 << 25) > 0 AS in_1,
        (b & 65536 > 0 OR CASE WHEN kent_wmo THEN false END) AS has_1,
        leeftijd BETWEEN 18 AND 66 AND b & (1::BIGINT << 46) > 0
            AND CASE WHEN b & (1 << 23) > 0 THEN b & (1 << 24) > 0 END AND opvang AND b & (1::BIGINT << 54) > 0 AS in_2,
        (b & (1::BIGINT << 42) > 0 OR CASE WHEN kent_urgentie THEN false END) AS has_2,
        leeftijd BETWEEN 18 AND 66
            AND (b & (1 << 28) > 0 OR CASE WHEN b & (1::BIGINT << 34) > 0 THEN b & (1::BIGINT << 36) > 0 END)
            AND b & 4 > 0 AND b & 2 > 0 AND b & (1::BIGINT << 47) > 0 AS in_3,
        b & (64 + 4096) > 0 AS has_3,
        leeftijd BETWEEN 18 AND 20 AND b & 8 > 0 AND (opvang OR b & (1::BIGINT << 55) > 0)
            AND b & (1::BIGINT << 50) > 0 AS in_4,
        (b & 16384 > 0 OR CASE WHEN kent_wmo THEN false END) OR b & (1::BIGINT << 48) > 0 OR b & 64 > 0 AS has_4,
        leeftijd BETWEEN 18 AND 66 AND (opvang OR b & (1::BIGINT << 55) > 0)
            AND CASE WHEN b & (1::BIGINT << 43) > 0 THEN b & (1::BIGINT << 44) > 0 END AND b & (1::BIGINT << 53) > 0
            AND b & (1::BIGINT << 52) > 0 AS in_5,
        (b & 32768 > 0 OR CASE WHEN kent_wmo THEN false END) AS has_5,
        leeftijd BETWEEN 18 AND 66 AND buitenland AND b & (1::BIGINT << 32) > 0
            AND (opvang OR b & (1::BIGINT << 55) > 0)
            AND b & ((1::BIGINT << 31) | (1::BIGINT << 33) | (1 << 25) | (1 << 30) | (1 << 27)) = 0 AS in_6,
        leeftijd BETWEEN 18 AND 66 AND b & (1::BIGINT << 33) > 0 AND CASE WHEN b & 256 > 0 THEN b & 1024 > 0 END
            AND b & (1 << 17) > 0 AND CASE WHEN b & (1::BIGINT << 43) > 0 THEN b & (1::BIGINT << 44) > 0 END
            AND b & ((1 << 25) | (1 << 30) | (1 << 27)) = 0 AS in_7,
        (b & (1 << 22) > 0 OR CASE WHEN kent_schuldhulp THEN false END) OR b & (1 << 20) > 0 AS has_7,
        leeftijd BETWEEN 5 AND 16 AND b & 8 > 0
            AND (b & (1::BIGINT << 39) > 0 OR CASE WHEN kent_thuis_jaar THEN false END)
            AND (b & (1::BIGINT << 40) > 0 OR CASE WHEN kent_thuis THEN false END) AS in_8,
        (b & (1::BIGINT << 41) > 0 OR CASE WHEN kent_thuis THEN false END) AS has_8,
        leeftijd BETWEEN 18 AND 66 AND b & (4 | 32) > 0 AND b & (1 << 29) > 0
            AND b & ((1::BIGINT << 31) | (1::BIGINT << 33)) = 0
            AND ((b & (1 << 19) > 0 OR CASE WHEN kent_signaal THEN false END) OR b & (1 << 18) > 0) AS in_9,
        b & ((1 << 25) | (1 << 27)) > 0 AS has_9,
        leeftijd BETWEEN 18 AND 66 AND opvang AND b & (2 | 16) > 0 AND b & ((1 << 17) | (1 << 18)) > 0
            AND b & (1 << 25) > 0 AS in_10,
        (b & (1 << 21) > 0 OR CASE WHEN kent_schuldhulp THEN false END) OR b & (1 << 20) > 0 AS has_10,
        leeftijd BETWEEN 18 AND 26 AND b & ((1 << 17) | (1 << 18)) > 0
            AND b & ((1::BIGINT << 31) | (1::BIGINT << 33)) = 0 AND b & (1::BIGINT << 51) = 0
            AND CASE WHEN b & (1::BIGINT << 34) > 0 THEN b & (1::BIGINT << 35) > 0 END AS in_11,
        b & ((1 << 25) | (1::BIGINT << 37)) > 0 AS has_11,
        leeftijd >= 67 AND b & (1::BIGINT << 45) > 0
            AND CASE WHEN b & (1::BIGINT << 34) > 0 THEN b & (1::BIGINT << 35) > 0 END
            AND CASE WHEN b & (1::BIGINT << 43) > 0 THEN b & (1::BIGINT << 44) > 0 END AS in_12,
        b & (1 << 26) > 0 AS has_12
    FROM everyone
),
counted AS (
    SELECT gemeente, leeftijd, geslacht, [
        CASE WHEN in_0 IS FALSE THEN NULL WHEN in_0 IS NULL OR has_0 IS NULL THEN 3 WHEN has_0 THEN 2 ELSE 1 END,
        CASE WHEN in_1 IS FALSE THEN NULL WHEN in_1 IS NULL OR has_1 IS NULL THEN 3 WHEN has_1 THEN 2 ELSE 1 END,
        CASE WHEN in_2 IS FALSE THEN NULL WHEN in_2 IS NULL OR has_2 IS NULL THEN 3 WHEN has_2 THEN 2 ELSE 1 END,
        CASE WHEN in_3 IS FALSE THEN NULL WHEN in_3 IS NULL OR has_3 IS NULL THEN 3 WHEN has_3 THEN 2 ELSE 1 END,
        CASE WHEN in_4 IS FALSE THEN NULL WHEN in_4 IS NULL OR has_4 IS NULL THEN 3 WHEN has_4 THEN 2 ELSE 1 END,
        CASE WHEN in_5 IS FALSE THEN NULL WHEN in_5 IS NULL OR has_5 IS NULL THEN 3 WHEN has_5 THEN 2 ELSE 1 END,
        CASE WHEN in_6 IS FALSE THEN NULL WHEN in_6 IS NULL OR has_5 IS NULL THEN 3 WHEN has_5 THEN 2 ELSE 1 END,
        CASE WHEN in_7 IS FALSE THEN NULL WHEN in_7 IS NULL OR has_7 IS NULL THEN 3 WHEN has_7 THEN 2 ELSE 1 END,
        CASE WHEN in_8 IS FALSE THEN NULL WHEN in_8 IS NULL OR has_8 IS NULL THEN 3 WHEN has_8 THEN 2 ELSE 1 END,
        CASE WHEN in_9 IS FALSE THEN NULL WHEN in_9 IS NULL OR has_9 IS NULL THEN 3 WHEN has_9 THEN 2 ELSE 1 END,
        CASE WHEN in_10 IS FALSE THEN NULL WHEN in_10 IS NULL OR has_10 IS NULL THEN 3 WHEN has_10 THEN 2 ELSE 1 END,
        CASE WHEN in_11 IS FALSE THEN NULL WHEN in_11 IS NULL OR has_11 IS NULL THEN 3 WHEN has_11 THEN 2 ELSE 1 END,
        CASE WHEN in_12 IS FALSE THEN NULL WHEN in_12 IS NULL OR has_12 IS NULL THEN 3 WHEN has_12 THEN 2 ELSE 1 END
    ] AS states
    FROM facts
    WHERE in_0 IS NOT FALSE OR in_1 IS NOT FALSE OR in_2 IS NOT FALSE OR in_3 IS NOT FALSE
        OR in_4 IS NOT FALSE OR in_5 IS NOT FALSE OR in_6 IS NOT FALSE OR in_7 IS NOT FALSE
        OR in_8 IS NOT FALSE OR in_9 IS NOT FALSE OR in_10 IS NOT FALSE OR in_11 IS NOT FALSE
        OR in_12 IS NOT FALSE
),
bounded AS (
    SELECT gemeente, leeftijd, geslacht,
        list_filter(list_transform(states, lambda state, place: {persona: place - 1, state: state}),
            lambda one: one.state IS NOT NULL)[1:3] AS kept
    FROM counted
),
rows AS (
    SELECT gemeente, leeftijd, geslacht, unnest(kept, recursive := true) FROM bounded
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
FROM rows
GROUP BY ALL
