-- The same counts as counts_of_everyone.sql, from the indicators of everybody that stand there: what an analyst would write over
-- the named view. Result: gemeente, leeftijdsgroep, geslacht, persona (place in the plan), state, n.
WITH
facts AS (
    SELECT
        gemeente, leeftijdsgroep, geslacht,
        leeftijd_4_tot_13 AND insuline AND coeliakie AND basisonderwijs AS in_0,
        zorg_en_begeleiding_op_school AS has_0,
        leeftijd_18_tot_46 AND lvb AND opvang_drie_maanden AND geboortezorg AND bijstand AS in_1,
        wmo_begeleid_wonen AS has_1,
        leeftijd_18_tot_aow AND slachtoffer_geweld AND eigenwoningschuld AND adres_opvang_of_briefadres
            AND opvang_drie_maanden AS in_2,
        woonurgentie AS has_2,
        leeftijd_18_tot_aow AND lvb_vermoed AND antipsychotica AND verslaving_medicatie
            AND herhaald_verdacht AS in_3,
        behandeling_met_verblijf AS has_3,
        leeftijd_18_tot_21 AND psychofarmaca AND zonder_stabiel_adres AND jeugdhulp_verblijf_gestopt AS in_4,
        begeleiding_na_18 AS has_4,
        leeftijd_18_tot_aow AND zonder_stabiel_adres AND laag_inkomen AND relatie_verbroken
            AND ouder_met_thuiswonend_kind AS in_5,
        wmo_opvang AS has_5,
        buiten_nederland_geboren_tot_aow AND baan_weg AND zonder_stabiel_adres
            AND zonder_inkomen_drie_maanden AS in_6,
        wmo_opvang AS has_6,
        zelfstandige_tot_aow AND ziekenhuiskosten_hoog AND schuld_smal AND laag_inkomen AND zonder_uitkering AS in_7,
        schuldhulp AS has_7,
        leeftijd_5_tot_17 AND psychofarmaca AND thuiszitter AND thuiszitter_drie_maanden AS in_8,
        onderwijszorgarrangement AS has_8,
        leeftijd_18_tot_aow AND ernstige_psychische_stoornis AND ao_beeindigd AND betalingsachterstand
            AND zonder_werk_drie_maanden AS in_9,
        inkomensvoorziening AS has_9,
        leeftijd_18_tot_aow AND adres_opvang_of_briefadres AND verslaving AND problematische_schulden
            AND bijstand AS in_10,
        schuldregeling AS has_10,
        leeftijd_18_tot_27 AND problematische_schulden AND zonder_startkwalificatie
            AND zonder_werk_drie_maanden AND niet_thuiswonend AS in_11,
        inkomen_om_te_leren AS has_11,
        leeftijd_vanaf_aow AND gekorte_aow AND zonder_startkwalificatie AND laag_inkomen AS in_12,
        aio AS has_12
    FROM y2023.person_indicators
),
counted AS (
    SELECT gemeente, leeftijdsgroep, geslacht, [
        CASE WHEN in_0 IS FALSE THEN NULL WHEN in_0 IS NULL OR has_0 IS NULL THEN 3 WHEN has_0 THEN 2 ELSE 1 END,
        CASE WHEN in_1 IS FALSE THEN NULL WHEN in_1 IS NULL OR has_1 IS NULL THEN 3 WHEN has_1 THEN 2 ELSE 1 END,
        CASE WHEN in_2 IS FALSE THEN NULL WHEN in_2 IS NULL OR has_2 IS NULL THEN 3 WHEN has_2 THEN 2 ELSE 1 END,
        CASE WHEN in_3 IS FALSE THEN NULL WHEN in_3 IS NULL OR has_3 IS NULL THEN 3 WHEN has_3 THEN 2 ELSE 1 END,
        CASE WHEN in_4 IS FALSE THEN NULL WHEN in_4 IS NULL OR has_4 IS NULL THEN 3 WHEN has_4 THEN 2 ELSE 1 END,
        CASE WHEN in_5 IS FALSE THEN NULL WHEN in_5 IS NULL OR has_5 IS NULL THEN 3 WHEN has_5 THEN 2 ELSE 1 END,
        CASE WHEN in_6 IS FALSE THEN NULL WHEN in_6 IS NULL OR has_6 IS NULL THEN 3 WHEN has_6 THEN 2 ELSE 1 END,
        CASE WHEN in_7 IS FALSE THEN NULL WHEN in_7 IS NULL OR has_7 IS NULL THEN 3 WHEN has_7 THEN 2 ELSE 1 END,
        CASE WHEN in_8 IS FALSE THEN NULL WHEN in_8 IS NULL OR has_8 IS NULL THEN 3 WHEN has_8 THEN 2 ELSE 1 END,
        CASE WHEN in_9 IS FALSE THEN NULL WHEN in_9 IS NULL OR has_9 IS NULL THEN 3 WHEN has_9 THEN 2 ELSE 1 END,
        CASE WHEN in_10 IS FALSE THEN NULL WHEN in_10 IS NULL OR has_10 IS NULL THEN 3 WHEN has_10 THEN 2 ELSE 1 END,
        CASE WHEN in_11 IS FALSE THEN NULL WHEN in_11 IS NULL OR has_11 IS NULL THEN 3 WHEN has_11 THEN 2 ELSE 1 END,
        CASE WHEN in_12 IS FALSE THEN NULL WHEN in_12 IS NULL OR has_12 IS NULL THEN 3 WHEN has_12 THEN 2 ELSE 1 END
    ] AS states
    FROM facts
    WHERE
        in_0 IS NOT FALSE OR in_1 IS NOT FALSE OR in_2 IS NOT FALSE OR in_3 IS NOT FALSE
        OR in_4 IS NOT FALSE OR in_5 IS NOT FALSE OR in_6 IS NOT FALSE OR in_7 IS NOT FALSE
        OR in_8 IS NOT FALSE OR in_9 IS NOT FALSE OR in_10 IS NOT FALSE OR in_11 IS NOT FALSE
        OR in_12 IS NOT FALSE
),
bounded AS (
    SELECT gemeente, leeftijdsgroep, geslacht,
        list_filter(list_transform(states, lambda state, place: {persona: place - 1, state: state}),
            lambda one: one.state IS NOT NULL)[1:3] AS kept
    FROM counted
),
rows AS (
    SELECT gemeente, leeftijdsgroep, geslacht, unnest(kept, recursive := true) FROM bounded
)
SELECT gemeente, leeftijdsgroep, geslacht, persona, state, count(*) AS n
FROM rows
GROUP BY ALL
