/* The balance of a book, compiled: what `equilibrium.solve_by_numpy` does, in one call.

   Equations, names and sources are those of equilibrium.py, offers.py, needs.py, stocks.py and parity.py, which are
   the reference: tests/market/test_newton.py holds both to the same prices. Arrays come one after the other in
   `data`, in the order of newton.py; the last origin is imports. Tonnes are Mt, prices CNY/t, slopes Mt per CNY/t. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_LOG 500.0
#define LARGEST_STOCK_LOG 50.0
#define LONGEST_CUT 40
#define NEAR 1e-6

typedef struct { const double *price, *daily, *stock, *deepest; double cover, floor, ceiling, scale, adjustment; } Stocks;

typedef struct {
    double exchange_rate, freight, duty, vat, port, handling, reference, balance, slope, full_slope, near, near_cost,
        near_spread, softness, standing, walk_away, walk_away_spread, refund, late, afloat;
} Border;

typedef struct {
    int origins, markets, plants, smelters, fixed;
    double dispersion, least_sold, spread, answer, need_spread, give_up, give_up_spread, export_market;
    Border border;
    Stocks makers, users;
    const double *outgoing, *incoming, *freight;
    const double *region, *capacity, *stop, *start, *share, *ceiling;
    const double *market, *need, *quit, *resume, *smelting, *least;
    const double *fixed_at, *fixed_mt;
    double *lines, *potlines;
} Book;

typedef struct { double *price, *excess, *slope, *demand, *demand_slope, *weights, *delivered; double worst; } Point;

/* What is not a number stays so, as in numpy: fmin and fmax would drop it, and the market would clear without it. */
static double lesser(double one, double other) { return one < other || one != one ? one : other; }
static double larger(double one, double other) { return one > other || one != one ? one : other; }
static double clamp(double value, double least, double most) { return lesser(larger(value, least), most); }

/* Where a logistic curve passes a share, so that no exponential is needed to see on which side of it a curve is. */
static double logit(double share) { return log(share / (1.0 - share)); }
static double logistic(double gap) { return 1.0 / (1.0 + exp(lesser(gap, LARGEST_LOG))); }

/* A share of lines after the play operator: as it was between the least and the most that price gaps allow; `moves`
   tells whether it follows one of them. */
static double played(double share, double place, double most_gap, double least_gap, int *moves) {
    double most = -most_gap > place + NEAR ? INFINITY : logistic(most_gap);
    double least = -least_gap < place - NEAR ? -INFINITY : logistic(least_gap);
    double wanted = lesser(larger(share, least), most);
    *moves = wanted == most || wanted == least;
    return wanted;
}

static const double *take(const double **data, int count) { const double *here = *data; *data += count; return here; }

static double restocked(const Stocks *rule, int place, double price, double *slope) {
    double gap = (rule->price[place] - price) / rule->scale;
    double days = rule->cover * exp(lesser(gap, LARGEST_STOCK_LOG));
    double kept = clamp(days, rule->floor, rule->ceiling);
    double wanted = rule->adjustment * rule->daily[place] * kept, least = -rule->deepest[place];
    double change = larger(wanted - rule->adjustment * rule->stock[place], least);
    *slope = kept == days && change > least ? wanted / -rule->scale : 0.0;
    return change;
}

static double spare(const Border *border, double fob, double *rise) {
    double share = 1.0 / (1.0 + exp(-clamp((fob - border->near_cost) / border->near_spread, -60.0, 60.0)));
    double above = fob - border->reference, slope = above > 0.0 ? border->full_slope : border->slope;
    *rise = slope + border->near * share * (1.0 - share) / border->near_spread;
    return border->balance + slope * above + border->near * share;
}

static double softplus(double tonnes, double softness, double *share) {
    double ratio = tonnes / softness;
    if (ratio > 40.0) { *share = 1.0; return tonnes; }
    double grown = exp(larger(ratio, -700.0));
    *share = grown / (1.0 + grown);
    return softness * log1p(grown);
}

static double imported(const Border *b, double price, double *slope) {
    double taxed = (1.0 + b->duty) * (1.0 + b->vat) * b->exchange_rate, rise, share;
    double fob = (price - b->port) / taxed - b->freight;
    double bought = softplus(spare(b, fob, &rise), b->softness, &share), prompt = 1.0 - b->late;
    double kept = 1.0 / (1.0 + exp(clamp((b->walk_away - fob) / b->walk_away_spread, -60.0, 60.0)));
    *slope = (prompt * share * rise + b->standing * kept * (1.0 - kept) / b->walk_away_spread) / taxed;
    return b->standing * kept + prompt * bought + b->afloat;
}

static double exported(const Border *b, double price, double *slope) {
    double unrefunded = 1.0 - b->refund * b->vat / (1.0 + b->vat), rise, share;
    double fob = (price * unrefunded + b->handling) / b->exchange_rate;
    double tonnes = softplus(-spare(b, fob, &rise), b->softness, &share);
    *slope = -share * rise * unrefunded / b->exchange_rate;
    return tonnes;
}

static void supply(const Book *book, const double *price, double *sold, double *slope) {
    int last = book->origins - 1;
    memset(sold, 0, last * sizeof(double));
    memset(slope, 0, last * sizeof(double));
    for (int i = 0; i < book->plants; i++) {
        int at = (int)book->region[i];
        int moves;
        double wanted = played(book->share[i], book->lines[i], (book->stop[i] - price[at]) / book->spread,
                               (book->start[i] - price[at]) / book->spread, &moves);
        double share = wanted + (1.0 - book->answer) * (book->share[i] - wanted);
        sold[at] += book->capacity[i] * lesser(share, book->ceiling[i]);
        if (moves && share <= book->ceiling[i])
            slope[at] += book->capacity[i] * (book->answer * wanted * (1.0 - wanted) / book->spread);
    }
    for (int at = 0; at < last; at++) {
        double kept_slope, kept = restocked(&book->makers, at, price[at], &kept_slope);
        double made = sold[at], least = book->least_sold * made;
        sold[at] = larger(made - kept, least);
        slope[at] = made - kept > least ? slope[at] - kept_slope : book->least_sold * slope[at];
    }
    sold[last] = imported(&book->border, price[last], &slope[last]);
}

static void demand(const Book *book, Point *point) {
    double *wanted = point->demand, *slope = point->demand_slope;
    memset(wanted, 0, book->markets * sizeof(double));
    memset(slope, 0, book->markets * sizeof(double));
    for (int i = 0; i < book->smelters; i++) {
        int at = (int)book->market[i];
        double price = point->delivered[at];
        int moves;
        double share = played(book->smelting[i], book->potlines[i], (price - book->quit[i]) / book->need_spread,
                              (price - book->resume[i]) / book->need_spread, &moves);
        wanted[at] += book->need[i] * share;
        if (moves) slope[at] -= book->need[i] * share * (1.0 - share) / book->need_spread;
    }
    for (int at = 0; at < book->markets; at++) {
        double stocked_slope;
        wanted[at] += restocked(&book->users, at, point->delivered[at], &stocked_slope) - book->incoming[at];
        slope[at] += stocked_slope;
    }
    for (int i = 0; i < book->fixed; i++) {
        int at = (int)book->fixed_at[i];
        double gap = (point->delivered[at] - book->give_up) / book->give_up_spread;
        double share = 1.0 / (1.0 + exp(clamp(gap, -60.0, 60.0)));
        wanted[at] += book->fixed_mt[i] * share;
        slope[at] -= book->fixed_mt[i] * share * (1.0 - share) / book->give_up_spread;
    }
    int port = (int)book->export_market;
    double abroad_slope;
    wanted[port] += exported(&book->border, point->delivered[port], &abroad_slope);
    slope[port] += abroad_slope;
    for (int at = 0; at < book->markets; at++) {
        if (!(wanted[at] > book->least[at])) slope[at] = 0.0;
        wanted[at] = larger(wanted[at], book->least[at]);
    }
}

static void evaluate(const Book *book, Point *point) {
    int origins = book->origins, markets = book->markets;
    double theta = book->dispersion;
    for (int m = 0; m < markets; m++) {
        double top = -INFINITY, total = 0.0;
        for (int o = 0; o < origins; o++) {
            double scaled = (point->price[o] + book->freight[o * markets + m]) / -theta;
            point->weights[o * markets + m] = scaled;
            if (!(scaled <= top)) top = scaled;
        }
        for (int o = 0; o < origins; o++)
            total += point->weights[o * markets + m] = exp(point->weights[o * markets + m] - top);
        for (int o = 0; o < origins; o++) point->weights[o * markets + m] /= total;
        point->delivered[m] = -theta * (top + log(total));
    }
    demand(book, point);
    supply(book, point->price, point->excess, point->slope);
    point->worst = 0.0;
    for (int o = 0; o < origins; o++) {
        double shipped = 0.0;
        for (int m = 0; m < markets; m++) shipped += point->weights[o * markets + m] * point->demand[m];
        point->excess[o] += -book->outgoing[o] - shipped;
        if (!(fabs(point->excess[o]) <= point->worst)) point->worst = fabs(point->excess[o]);
    }
}

/* The regularised Newton step by Cholesky's method; 0 where the slopes are not positive definite. */
static int step(const Book *book, const Point *point, double longest, double *matrix, double *direction) {
    int n = book->origins, markets = book->markets;
    double theta = book->dispersion, *answer = matrix + n * n, *row = answer + markets;
    for (int m = 0; m < markets; m++) answer[m] = point->demand[m] / -theta - point->demand_slope[m];
    for (int i = 0; i < n; i++) {
        double shipped = 0.0;
        for (int m = 0; m < markets; m++) {
            shipped += point->weights[i * markets + m] * point->demand[m];
            row[m] = point->weights[i * markets + m] * answer[m];
        }
        for (int j = 0; j <= i; j++) {
            double sum = 0.0;
            for (int m = 0; m < markets; m++) sum += row[m] * point->weights[j * markets + m];
            matrix[i * n + j] = sum;
        }
        matrix[i * n + i] += point->slope[i] + shipped / theta + 1e-12 + fabs(point->excess[i]) / longest;
    }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = matrix[i * n + j];
            for (int k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
            if (i != j) matrix[i * n + j] = sum / matrix[j * n + j];
            else if (sum > 0.0) matrix[i * n + i] = sqrt(sum);
            else return 0;
        }
        direction[i] = -point->excess[i];
        for (int k = 0; k < i; k++) direction[i] -= matrix[i * n + k] * direction[k];
        direction[i] /= matrix[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) direction[i] -= matrix[k * n + i] * direction[k];
        direction[i] /= matrix[i * n + i];
    }
    return 1;
}

static double along(const Book *book, const Point *point, const double *direction) {
    double sum = 0.0;
    for (int o = 0; o < book->origins; o++) sum += point->excess[o] * direction[o];
    return sum;
}

static double *lay_out(Point *point, double *room, int origins, int markets) {
    point->price = room, point->excess = room + origins, point->slope = room + 2 * origins;
    point->demand = room + 3 * origins, point->demand_slope = point->demand + markets;
    point->delivered = point->demand_slope + markets, point->weights = point->delivered + markets;
    return point->weights + origins * markets;
}

static int within(const double *places, int count, int most) {
    for (int i = 0; i < count; i++) if (!(places[i] >= 0.0 && places[i] < most)) return 0;
    return 1;
}

/* Gives whether there are as many numbers as the counts say. */
static int read(Book *book, const int *counts, const double *data) {
    const double *end = data + counts[5];
    int n = counts[0], markets = counts[1];
    book->origins = n, book->markets = markets, book->plants = counts[2], book->smelters = counts[3];
    book->fixed = counts[4];
    memcpy(&book->dispersion, take(&data, 8), 8 * sizeof(double));
    memcpy(&book->border, take(&data, 20), sizeof(Border));
    memcpy(&book->makers.cover, take(&data, 5), 5 * sizeof(double));
    memcpy(&book->users.cover, take(&data, 5), 5 * sizeof(double));
    book->outgoing = take(&data, n), book->incoming = take(&data, markets), book->freight = take(&data, n * markets);
    const double **plants[] = {&book->region, &book->capacity, &book->stop, &book->start, &book->share, &book->ceiling};
    for (int i = 0; i < 6; i++) *plants[i] = take(&data, book->plants);
    Stocks *rules[] = {&book->makers, &book->users};
    for (int i = 0; i < 2; i++) {
        int places = i ? markets : n - 1;
        rules[i]->price = take(&data, places), rules[i]->daily = take(&data, places);
        rules[i]->stock = take(&data, places), rules[i]->deepest = take(&data, places);
    }
    const double **smelters[] = {&book->market, &book->need, &book->quit, &book->resume, &book->smelting};
    for (int i = 0; i < 5; i++) *smelters[i] = take(&data, book->smelters);
    book->least = take(&data, markets);
    book->fixed_at = take(&data, book->fixed), book->fixed_mt = take(&data, book->fixed);
    return data == end && within(book->region, book->plants, n - 1) && within(book->market, book->smelters, markets)
        && within(book->fixed_at, book->fixed, markets) && within(&book->export_market, 1, markets);
}

/* From a first guess in `price`: the balanced prices, one more Newton step in `refined`, and the largest imbalance in
   `worst`. Gives the steps taken; -1 where the market does not clear, -2 where columns do not
   fit each other, -3 where there is no memory. */
int solve(const int *counts, const double *data, double tolerance, double longest_cny, int most, double *price,
          double *refined, double *worst) {
    Book book;
    Point point, trial;
    if (!read(&book, counts, data)) return -2;
    int n = book.origins, steps = 0, size = 3 * n + 3 * book.markets + n * book.markets;
    double *room = malloc((2 * size + n + n * n + 2 * book.markets + book.plants + book.smelters) * sizeof(double));
    if (!room) return -3;
    double *direction = lay_out(&trial, lay_out(&point, room, n, book.markets), n, book.markets);
    double *matrix = direction + n;
    book.lines = matrix + n * n + 2 * book.markets, book.potlines = book.lines + book.plants;
    for (int i = 0; i < book.plants; i++) book.lines[i] = logit(book.share[i]);
    for (int i = 0; i < book.smelters; i++) book.potlines[i] = logit(book.smelting[i]);
    memcpy(point.price, price, n * sizeof(double));
    evaluate(&book, &point);
    for (;; steps++) {
        int balanced = point.worst <= tolerance;
        if (!step(&book, &point, longest_cny, matrix, direction) || (!balanced && steps == most)) { steps = -1; break; }
        if (balanced) break;
        double length = 1.0, before = along(&book, &point, direction);
        for (int cut = 0; cut < LONGEST_CUT; cut++) {
            for (int o = 0; o < n; o++) trial.price[o] = point.price[o] + length * direction[o];
            evaluate(&book, &trial);
            double after = along(&book, &trial, direction);
            if (after <= -0.5 * before) break;
            length *= fmin(0.7, fmax(0.1, before / (before - after)));
        }
        Point old = point;
        point = trial, trial = old;
    }
    *worst = point.worst;
    memcpy(price, point.price, n * sizeof(double));
    for (int o = 0; o < n; o++) refined[o] = point.price[o] + direction[o];
    free(room);
    return steps;
}
