# Makes vectors.json: data sets drawn from a seed, and what R makes of them.
# Run by `make oracle`; the tests read the file and need no R.
#
# Of R itself: t.test, prop.test, wilcox.test, kruskal.test, cor.test, p.adjust,
# chisq.test, fisher.test. Signed ranks with ties or zeros: packages coin and
# exactRankTests, which must agree, and all signs tried one by one for up to 12.

suppressPackageStartupMessages({
  library(coin)
  suppressWarnings(library(exactRankTests))
})
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20190701)
sets <- 300

# ---- writing -------------------------------------------------------------

number <- function(x) {
  x <- as.numeric(x)
  x[!is.finite(x)] <- NA
  out <- sprintf("%.17g", x)
  short <- sprintf("%.15g", x)
  same <- !is.na(x)
  same[same] <- as.numeric(short[same]) == x[same]
  out[same] <- short[same]
  out[is.na(x)] <- "null"
  out
}
list_of <- function(x) paste0("[", paste(number(x), collapse = ","), "]")
rows_of <- function(m) paste0("[", paste(apply(m, 1, list_of), collapse = ","), "]")
raw <- function(text) structure(text, class = "raw_json")
object <- function(...) {
  fields <- list(...)
  texts <- vapply(fields, function(f) if (inherits(f, "raw_json")) unclass(f) else number(f), "")
  paste0("{", paste0("\"", names(fields), "\":", texts, collapse = ","), "}")
}
vector_of <- function(x) raw(list_of(x))

# ---- data ----------------------------------------------------------------

size <- function(i) c(1, 2, 3, 12, 8, 20, 500, 40, 25, 26, 5, 60)[(i - 1) %% 12 + 1]

# A scale, all equal, decimals without ties, or few steps; some missing.
answers <- function(i, n = size(i)) {
  kind <- (i - 1) %/% 12 %% 5
  x <- switch(kind + 1,
    sample(1:5, n, TRUE, c(1, 2, 4, 5, 3)),
    sample(0:10, n, TRUE),
    round(rnorm(n, 50, 12), 2),
    rep(sample(1:5, 1), n),
    sample(c(1, 5), n, TRUE))
  if (n > 4) x[runif(n) < 0.08] <- NA
  x
}
known <- function(x) x[!is.na(x)]
p_of <- function(test) tryCatch(suppressWarnings(test()$p.value), error = function(e) NA)

# ---- one answer ----------------------------------------------------------

mean_case <- function(i) {
  x <- answers(i)
  low <- min(known(x), 1); high <- max(known(x), 5)
  reversed <- i %% 3 == 0
  y <- known(if (reversed) low + high - x else x)
  n <- length(y)
  level <- c(0.95, 0.9, 0.99)[i %% 3 + 1]
  population <- n + sample(c(1, 2, 5, 30, 5000), 1)
  sd <- sd(y)
  ci <- if (n > 1 && sd > 0) t.test(y, conf.level = level)$conf.int else c(NA, NA)
  factor <- if (n / population > 0.05) sqrt((population - n) / (population - 1)) else 1
  m <- mean(y)
  object(x = vector_of(x), reversed = as.numeric(reversed), min = low, max = high, level = level, population = population,
         n = n, mean = m, sd = sd, median = median(y), se = sd / sqrt(n), low = ci[1], high = ci[2],
         corrected = as.numeric(factor < 1), low_fpc = m + factor * (ci[1] - m), high_fpc = m + factor * (ci[2] - m))
}

wilson_case <- function(i) {
  n <- if (i %% 5 == 0) sample(1:3, 1) else sample(1:400, 1)
  k <- if (i %% 7 == 0) 0 else if (i %% 7 == 1) n else sample(0:n, 1)
  level <- c(0.95, 0.9, 0.99)[i %% 3 + 1]
  ci <- suppressWarnings(prop.test(k, n, conf.level = level, correct = FALSE))$conf.int
  population <- n + sample(1:(9 * n), 1)
  # Where the score test stops rejecting, as the roots of its polynomial in p.
  z2 <- qnorm((1 + level) / 2)^2 * (population - n) / (population - 1) / n
  roots <- sort(Re(polyroot(c((k / n)^2, -2 * k / n - z2, 1 + z2))))
  object(k = k, n = n, level = level, low = ci[1], high = ci[2], population = population,
         low_fpc = max(roots[1], k / population), high_fpc = min(roots[2], (population - n + k) / population))
}

nps_case <- function(i) {
  x <- sample(0:10, size(i), TRUE, c(1, 1, 1, 1, 1, 2, 2, 4, 6, 5, 4))
  if (i %% 11 == 0) x <- rep(10, length(x))
  s <- ifelse(x >= 9, 100, ifelse(x <= 6, -100, 0))
  object(x = vector_of(x), score = mean(s), se = sqrt(mean((s - mean(s))^2) / length(s)))
}

# ---- pairs ---------------------------------------------------------------

all_signs <- function(ranks, observed) {
  sums <- 0
  for (r in ranks) sums <- c(sums, sums + r)
  min(1, 2 * min(mean(sums <= observed + 1e-9), mean(sums >= observed - 1e-9)))
}

signed <- function(d, method) {
  d <- known(d)
  used <- if (method == "Pratt") d else d[d != 0]
  ranks <- rank(abs(used))[used != 0]
  up <- used[used != 0] > 0
  plus <- sum(ranks[up]); minus <- sum(ranks[!up])
  out <- list(plus = plus, minus = minus, z = NA, normal = NA, exact = NA)
  n <- length(ranks)
  if (n == 0) return(out)
  # wilcoxsign_test wants two columns; zero and the difference are a pair.
  pair <- data.frame(y = d, x = 0)
  test <- function(distribution) suppressWarnings(
    wilcoxsign_test(y ~ x, data = pair, zero.method = method, distribution = distribution))
  asymptotic <- test("asymptotic")
  # Not pvalue(asymptotic), which is 1 less the rest and loses its digits where it is small.
  out$z <- as.numeric(statistic(asymptotic)); out$normal <- 2 * pnorm(-abs(out$z))
  stopifnot(abs(out$normal - as.numeric(pvalue(asymptotic))) < 1e-12)
  if (n <= 25) out$exact <- as.numeric(pvalue(test("exact")))
  if (method == "Wilcoxon") {
    again <- p_of(function() wilcox.test(used, exact = FALSE, correct = FALSE))
    stopifnot(abs(again - out$normal) < 1e-9 * again)
    if (n <= 25) stopifnot(abs(suppressWarnings(wilcox.exact(used, exact = TRUE))$p.value - out$exact) < 1e-9)
  }
  if (n <= 12) stopifnot(abs(all_signs(ranks, plus) - out$exact) < 1e-9)
  out
}

pairs_case <- function(i) {
  pre <- answers(i); n <- length(pre)
  change <- if ((i - 1) %/% 12 %% 5 == 2) round(rnorm(n, 2, 10), 2) else sample(-2:3, n, TRUE, c(1, 2, 5, 4, 2, 1))
  if (i %% 23 == 0) change <- rep(0, n)
  post <- pre + change
  if (n > 4) post[runif(n) < 0.05] <- NA
  d <- known(round(post - pre, 2))
  wilcoxon <- signed(d, "Wilcoxon"); pratt <- signed(d, "Pratt")
  dz <- if (length(d) > 1 && length(unique(d)) > 1) mean(d) / sd(d) else NA
  g <- if (length(d) > 2) dz * (1 - 3 / (4 * (length(d) - 1) - 1)) else NA
  object(d = vector_of(round(post - pre, 2)), pairs = length(d), zeros = sum(d == 0), dz = dz, g = g,
         plus = wilcoxon$plus, minus = wilcoxon$minus, z = wilcoxon$z, normal = wilcoxon$normal, exact = wilcoxon$exact,
         pratt_plus = pratt$plus, pratt_minus = pratt$minus, pratt_z = pratt$z, pratt_normal = pratt$normal, pratt_exact = pratt$exact)
}

# ---- groups --------------------------------------------------------------

rank_sum_case <- function(i) {
  x <- answers(i); y <- answers(i, sample(c(1, 2, 7, 30), 1))
  test <- function() wilcox.test(known(x), known(y), exact = FALSE, correct = FALSE)
  w <- tryCatch(suppressWarnings(test()$statistic), error = function(e) NA)
  object(x = vector_of(x), y = vector_of(y), u = w, p = p_of(test))
}

kruskal_case <- function(i) {
  groups <- lapply(seq_len(2 + i %% 4), function(j) answers(i, max(1, size(i) %/% j)))
  test <- function() kruskal.test(lapply(groups, known))
  h <- tryCatch(test()$statistic, error = function(e) NA)
  object(groups = raw(paste0("[", paste(vapply(groups, list_of, ""), collapse = ","), "]")), h = h, p = p_of(test))
}

holm_case <- function(i) {
  p <- round(runif(sample(1:12, 1))^3, 4)
  p[runif(length(p)) < 0.15] <- NA
  if (i %% 9 == 0) p[] <- p[1]
  object(p = vector_of(p), holm = vector_of(p.adjust(p, "holm")))
}

spearman_case <- function(i) {
  x <- answers(i); n <- length(x)
  y <- switch(i %% 4 + 1, answers(i), x, -x, round(x + rnorm(n, 0, 2)))
  test <- function() cor.test(x, y, method = "spearman", exact = FALSE)
  both <- !is.na(x) & !is.na(y)
  rho <- if (sum(both) > 1) suppressWarnings(cor(x[both], y[both], method = "spearman")) else NA
  object(x = vector_of(x), y = vector_of(y), n = sum(both), rho = rho, p = p_of(test))
}

alpha_case <- function(i) {
  n <- if (size(i) == 500) 150 else size(i)
  k <- 1 + i %% 6
  common <- rnorm(n)
  m <- sapply(seq_len(k), function(j) pmin(5, pmax(1, round(3 + common + rnorm(n, 0, 0.9)))))
  m <- matrix(m, n, k)
  if (i %% 13 == 0) m[] <- 4
  if (i %% 5 == 0) m <- m * 0.1 + 1000
  reversed <- if (i %% 3 == 0) c(1, rep(0, k - 1)) else rep(0, k)
  if (n > 4) m[matrix(runif(n * k) < 0.02, n, k)] <- NA
  complete <- m[rowSums(is.na(m)) == 0, , drop = FALSE]
  recoded <- complete
  for (j in which(reversed == 1)) recoded[, j] <- 6 - recoded[, j]
  alpha <- NA
  if (k > 1 && nrow(recoded) > 1) {
    covariance <- cov(recoded)
    if (sum(covariance) > 1e-10) alpha <- k / (k - 1) * (1 - sum(diag(covariance)) / sum(covariance))
  }
  object(rows = raw(rows_of(m)), reversed = vector_of(reversed), n = nrow(complete), alpha = alpha)
}

# ---- margins -------------------------------------------------------------

table_case <- function(i) {
  k <- 2 + i %% 5
  n <- c(3, 8, 15, 30, 60, 120, 500)[i %% 7 + 1]
  cells <- matrix(rmultinom(1, n, rexp(2 * k) + 0.1), 2, k)
  if (i %% 11 == 0) cells[, 1] <- 0
  if (i %% 17 == 0) cells[2, ] <- 0
  used <- cells[, colSums(cells) > 0, drop = FALSE]
  sound <- ncol(used) > 1 && all(rowSums(used) > 0)
  chi <- if (sound) suppressWarnings(chisq.test(used, correct = FALSE)) else list(statistic = NA, p.value = NA, expected = NA)
  fisher <- if (sound) p_of(function() fisher.test(used, workspace = 2e7)) else NA
  object(first = vector_of(cells[1, ]), second = vector_of(cells[2, ]), statistic = chi$statistic, p = chi$p.value,
         least = min(chi$expected), fisher = fisher)
}

# ---- many answers, as counts ----------------------------------------------

grouped_case <- function(i) {
  n <- if (i %% 10 == 0) 200000 else c(30, 300, 3000)[i %% 3 + 1]
  counts <- matrix(rmultinom(1, n, 1 + runif(15) * 10 / sqrt(n)), 3, 5)
  group <- rep(rep(1:3, 5), counts); y <- rep(rep(1:5, each = 3), counts)
  correlation <- suppressWarnings(cor.test(group, y, method = "spearman", exact = FALSE))
  ranks <- kruskal.test(y, group)
  two <- wilcox.test(y[group == 1], y[group == 2], exact = FALSE, correct = FALSE)
  ci <- t.test(y)$conf.int
  object(counts = raw(rows_of(counts)), rho = correlation$estimate, rho_p = correlation$p.value,
         h = ranks$statistic, h_p = ranks$p.value, u = two$statistic, u_p = two$p.value, low = ci[1], high = ci[2])
}

quantile_case <- function(i) {
  df <- if (i <= 100) i else round(10^runif(1, 2, 6))
  p <- c(0.975, 0.95, 0.995, 0.9)[i %% 4 + 1]
  object(df = df, p = p, t = qt(p, df))
}

# ---- all -----------------------------------------------------------------

kinds <- list(mean = mean_case, wilson = wilson_case, nps = nps_case, pairs = pairs_case, rank_sum = rank_sum_case,
              kruskal = kruskal_case, holm = holm_case, spearman = spearman_case, alpha = alpha_case, table = table_case,
              grouped = grouped_case, quantile = quantile_case)
texts <- vapply(names(kinds), function(name) {
  cases <- vapply(seq_len(sets), kinds[[name]], "")
  paste0("\"", name, "\":[\n", paste(cases, collapse = ",\n"), "\n]")
}, "")
cat("{", paste(texts, collapse = ",\n"), "}\n", sep = "", file = "vectors.json")
