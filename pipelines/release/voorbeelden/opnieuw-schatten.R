# De schattingen van een uitgave opnieuw maken: alleen uit de metingen met ruis en het openbare plan.
#
# Gebruik: Rscript opnieuw-schatten.R MAP [UITVOER.csv]
# MAP is de map van de uitgave. Nodig: R zelf, zonder pakketten. Hetzelfde, in dezelfde stappen, staat in
# opnieuw-schatten.py.
#
# Elke regel van metingen.csv.gz is een aantal waar ruis bij is opgeteld, met sigma, de schaal van die ruis. De
# gemeenten van een provincie tellen op tot de provincie, de provincies tot het land (en wijken, als die er zijn, tot hun
# gemeente), en tien cellen (leeftijd en
# geslacht) tot een totaal. Gewogen kleinste kwadraten zoekt de aantallen die dat precies doen en het dichtst bij alle
# metingen liggen. Bij een uitgave in twee stappen heeft een kleine groep geen cellen: haar totaal is dan twee keer gemeten.

niveaus <- c("land", "provincie", "gemeente", "wijk")
achtervoegsel <- "_leeftijd_geslacht"

# Het plan is JSON met een gegeven per regel; R zelf heeft geen lezer voor JSON, en meer dan dit is niet nodig.
uit_plan <- function(regels, naam) {
  kaal <- gsub(intToUtf8(34), "", regels, fixed = TRUE)
  regel <- grep(paste("^ *", naam, ":", sep = ""), kaal, value = TRUE)
  stopifnot(length(regel) == 1)
  gsub("[, ]", "", sub("^[^:]*:", "", regel))
}

breuk <- function(tekst) {
  delen <- as.numeric(strsplit(tekst, "/", fixed = TRUE)[[1]])
  if (length(delen) == 2) delen[1] / delen[2] else delen[1]
}

# sigma^2 = d^2 / (2 rho) per tabel: wie het plan heeft, weet hoeveel ruis er bij kwam. d is hoe ver een eenheid een tabel
# verschuift: d^2 = K voor een persoon, 2 m^2 K voor een huishouden van m leden.
klopt_met_plan <- function(metingen, plan) {
  kwadraat <- as.numeric(uit_plan(plan, "contributions"))
  if (uit_plan(plan, "unit") == "household") kwadraat <- kwadraat * 2 * as.numeric(uit_plan(plan, "members"))^2
  for (tabel in unique(metingen$tabel)) {
    gemeten <- unique(metingen$sigma[metingen$tabel == tabel])
    rho <- breuk(uit_plan(plan, "rho")) * breuk(uit_plan(plan, tabel))
    if (length(gemeten) != 1 || !isTRUE(abs(gemeten / sqrt(kwadraat / (2 * rho)) - 1) < 1e-6)) {
      stop("tabel ", tabel, ": sigma past niet bij het plan")
    }
  }
}

# Kleinste kwadraten op een boom in twee gangen. Per knoop: precisie (1 / variantie van zijn eigen metingen) en bewijs
# (meting keer precisie). Omhoog: wat een knoop en alles eronder samen zeggen. Omlaag: wat de rest eraan toevoegt.
twee_gangen <- function(knoop, boven, niveau, precisie, bewijs) {
  V <- z <- S <- Z <- numeric(length(knoop))
  ouder <- match(boven, knoop)
  for (n in rev(niveaus)) {
    hier <- which(niveau == n)
    uit_delen <- ifelse(S[hier] > 0, 1 / S[hier], 0)
    V[hier] <- 1 / (precisie[hier] + uit_delen)
    z[hier] <- V[hier] * (bewijs[hier] + Z[hier] * uit_delen)
    met <- hier[!is.na(ouder[hier])]
    if (length(met) > 0) {
      sommen <- rowsum(cbind(V[met], z[met]), ouder[met])
      plek <- as.integer(rownames(sommen))
      S[plek] <- sommen[, 1]
      Z[plek] <- sommen[, 2]
    }
  }
  x <- z
  variantie <- V
  for (n in niveaus[-1]) {
    hier <- which(niveau == n)
    op <- ouder[hier]
    aandeel <- V[hier] / S[op]
    x[hier] <- z[hier] + aandeel * (x[op] - Z[op])
    variantie[hier] <- V[hier] - aandeel^2 * (S[op] - variantie[op])
  }
  list(x = x, variantie = variantie)
}

# Per blok (een persona in een toestand) en regio: een opgave voor het totaal en een voor wat elke cel van het
# gemiddelde van haar regio afwijkt. Die twee hangen niet samen, dus samen zijn ze de hele oplossing.
schat_opnieuw <- function(metingen) {
  metingen$meting <- as.numeric(metingen$meting)
  boom <- metingen[metingen$tabel != "buiten_brp", ]
  boom$blok <- paste(boom$persona, boom$toestand, sep = "|")
  boom$knoop <- paste(boom$blok, boom$regio, sep = "|")
  boom$niveau <- sub(achtervoegsel, "", boom$tabel, fixed = TRUE)
  cellen <- boom[boom$leeftijd != "totaal", ]
  van_totaal <- boom[boom$leeftijd == "totaal", ]
  gewogen <- rowsum(cbind(1, van_totaal$meting) / van_totaal$sigma^2, van_totaal$knoop)
  totalen <- van_totaal[match(rownames(gewogen), van_totaal$knoop), ]

  som <- rowsum(cbind(cellen$meting, 1), cellen$knoop)
  eigen <- match(totalen$knoop, rownames(som))
  zonder <- is.na(eigen)
  d <- som[eigen, 2]
  bij_knoop <- match(totalen$knoop, cellen$knoop)
  w_som <- ifelse(zonder, 0, 1 / (d * cellen$sigma[bij_knoop]^2))
  totaal <- twee_gangen(
    totalen$knoop, paste(totalen$blok, totalen$boven, sep = "|"), totalen$niveau,
    gewogen[, 1] + w_som, gewogen[, 2] + ifelse(zonder, 0, som[eigen, 1] * w_som)
  )

  plaats <- match(cellen$knoop, totalen$knoop)
  cel <- paste(cellen$leeftijd, cellen$geslacht, sep = "|")
  w_cel <- 1 / cellen$sigma^2
  afwijking <- cellen$meting - som[match(cellen$knoop, rownames(som)), 1] / d[plaats]
  contrast <- twee_gangen(
    paste(cellen$knoop, cel, sep = "|"), paste(cellen$blok, cellen$boven, cel, sep = "|"), cellen$niveau,
    w_cel, afwijking * w_cel
  )

  cellen$x <- contrast$x + totaal$x[plaats] / d[plaats]
  cellen$v_contrast <- contrast$variantie
  cellen$v_totaal <- totaal$variantie[plaats]
  cellen$d <- d[plaats]
  cijfers <- do.call(rbind, lapply(list(c(TRUE, TRUE), c(TRUE, FALSE), c(FALSE, TRUE), c(FALSE, FALSE)), function(uit) {
    opgeteld(cellen, uit[1], uit[2])
  }))
  cijfers <- rbind(cijfers, data.frame(
    persona = totalen$persona, toestand = totalen$toestand, niveau = totalen$niveau, regio = totalen$regio,
    leeftijd = totalen$leeftijd, geslacht = totalen$geslacht, schatting = totaal$x, sd = sqrt(totaal$variantie)
  )[zonder, ])
  buiten <- metingen[metingen$tabel == "buiten_brp", ]
  if (nrow(buiten) > 0) {
    cijfers <- rbind(cijfers, data.frame(
      persona = buiten$persona, toestand = buiten$toestand, niveau = "buiten_brp", regio = buiten$regio,
      leeftijd = buiten$leeftijd, geslacht = buiten$geslacht, schatting = buiten$meting, sd = buiten$sigma
    ))
  }
  cijfers
}

# Een som van k van de d cellen: variantie k (1 - k/d) v_contrast + (k/d)^2 v_totaal.
opgeteld <- function(cellen, per_leeftijd, per_geslacht) {
  if (!per_leeftijd) cellen$leeftijd <- "totaal"
  if (!per_geslacht) cellen$geslacht <- "totaal"
  groep <- paste(cellen$knoop, cellen$leeftijd, cellen$geslacht, sep = "|")
  som <- rowsum(cbind(cellen$x, 1), groep)
  eerste <- cellen[match(rownames(som), groep), ]
  k <- som[, 2]
  deel <- k / eerste$d
  data.frame(
    persona = eerste$persona, toestand = eerste$toestand, niveau = eerste$niveau, regio = eerste$regio,
    leeftijd = eerste$leeftijd, geslacht = eerste$geslacht, schatting = som[, 1],
    sd = sqrt(k * (1 - deel) * eerste$v_contrast + deel^2 * eerste$v_totaal), row.names = NULL
  )
}

gegeven <- commandArgs(trailingOnly = TRUE)
map <- if (length(gegeven) > 0) gegeven[1] else "."
metingen <- read.csv(gzfile(file.path(map, "metingen.csv.gz")), encoding = "UTF-8")
plan <- readLines(file.path(map, "uitgaveplan.json"), encoding = "UTF-8")
klopt_met_plan(metingen, plan)
cijfers <- schat_opnieuw(metingen)
if (length(gegeven) > 1) write.csv(cijfers, gegeven[2], row.names = FALSE)
print(head(cijfers[cijfers$leeftijd == "totaal" & cijfers$geslacht == "totaal", ]))
