# %% [markdown]
# # Lab 4: Recurrent networks

# %%
import numpy as np

from course_utils import datasets, plots
from course_utils.lab import Lab

SEED = 1

lab = Lab("04_rnn")

# %% [markdown]
# ## 4. Memory, measured
#
# From here on Keras steps and unrolls. The question of this section: over how many steps does a
# network remember, not in principle, but after a training that one can afford?

# %%
import keras

from course_utils import training
from course_utils.models import recurrent

training.set_seed(SEED)

# %% [markdown]
# ### The adding problem
#
# A task made for nothing but memory (Hochreiter and Schmidhuber, 1997). At each step the network
# sees two numbers: a random one between 0 and 1, and a mark. The mark is 1 at two steps, one in
# the first half of the sequence and one in the second, and 0 elsewhere. At the end the network is
# to say the sum of the two marked numbers.

# %%
x_add, t_add = datasets.adding_problem(batch=1, lag=20, seed=SEED)
numbers, marks = x_add[0].T

fig, ax = plots.figure(width=7, height=2.4)
bars = ax.bar(range(20), numbers, color=plots.PALETTE["sky"])
for step in np.flatnonzero(marks):
    bars[step].set_color(plots.PALETTE["vermillion"])
    ax.text(step, numbers[step] + 0.03, f"{numbers[step]:.2f}", ha="center")
ax.set(xlabel="step", ylabel="number", ylim=(0, 1.15), xticks=range(0, 20, 5))
ax.set_title(f"the sum of the two marked numbers is {t_add[0, 0]:.2f}")
plots.show(
    fig,
    alt="Twenty bars of random height between 0 and 1. Two of them are marked by their colour, one "
    "in the first half and one in the second; the title gives the sum of their heights.",
)

# %% [markdown]
# **Before you go on:** a network that has understood nothing can still do one thing: always say
# the same number. Which number is best, and what is its mean squared error? (A number drawn evenly
# from 0 to 1 has the variance 1/12.)
#
# The best constant is 1, with an error of 2/12, one sixth. An error of one sixth means: nothing
# was remembered.
#
# A GRU of 32 units, 20 steps, 480 batches of 64 sequences. Each sequence is new, so nothing can be
# learned by heart.

# %%
learned = recurrent.learn_adding("gru", lag=20, batches=480, seed=SEED)

fig, ax = plots.figure(width=6.5)
ax.semilogy([point.batches for point in learned], [point.error for point in learned], "o-")
ax.axhline(1 / 6, color="black", linestyle="--", linewidth=1)
ax.text(480, 1 / 6 * 1.1, "always saying 1", ha="right")
ax.set(xlabel="batches", ylabel="mean squared error", ylim=(1e-4, 0.5), xlim=(0, 490))
plots.show(
    fig,
    alt="The error of the GRU on new sequences against the batches it was trained on, logarithmic. "
    "It begins near the line of one sixth and then falls by more than a factor of ten.",
)
assert learned[-1].error < 1 / 60

# %% [markdown]
# And with 50, 100 or 200 steps, and with other cells? That takes longer than this lab has, so it
# was done before: `data/adding_problem.csv` holds the errors of four networks, all with 32 units
# and 1,200 batches. The **plain** one has tanh units and weights drawn after Glorot. The
# **orthogonal** one is the same, but its recurrent matrix begins as a rotation: it makes no state
# longer or shorter. The others are the **LSTM** and the **GRU**.
#
# **Before you run the next cell:** which of the four will be the first to fall back to one sixth,
# and at about which lag?

# %%
record = recurrent.recorded_adding()
final = {(point.cell, point.lag): point.error for point in record}  # the last of each training
cells = list(dict.fromkeys(point.cell for point in record))
lags = sorted({point.lag for point in record})

fig, ax = plots.figure(width=6.5)
for cell, style in zip(cells, ("s--", "^-.", "o-", "D:"), strict=True):
    known = [lag for lag in lags if (cell, lag) in final]
    ax.semilogy(known, [final[cell, lag] for lag in known], style, label=cell)
ax.axhline(1 / 6, color="black", linestyle="--", linewidth=1)
ax.text(lags[-1], 1 / 6 * 1.15, "always saying 1", ha="right")
ax.set(xlabel="lag (steps)", ylabel="mean squared error", xticks=lags, ylim=(1e-4, 0.5))
ax.legend(loc="center right")
plots.show(
    fig,
    alt="Mean squared error against the lag, logarithmic, for four networks. At lag 20 all four "
    "are well below one sixth. From lag 50 on plain and orthogonal lie on the line of one sixth, "
    "and the GRU stays two orders of magnitude below it.",
)

# %%
for cell in cells:
    solved = [lag for lag in lags if final.get((cell, lag), 1) < 1 / 60]
    longest = f"up to lag {max(solved)}" if solved else "at no lag"
    print(f"{cell:12} a tenth of the error of saying 1, or less: {longest}")
assert all(final[cell, 50] > 1 / 10 for cell in ("plain", "orthogonal"))
assert all(final[cell, 50] < 1 / 60 for cell in ("gru", "lstm"))

# %% [markdown]
# The gates make the difference, as section 3 promised: where a forget or an update gate stands
# open, state and gradient pass unchanged. A rotation at the start helps less than one would hope:
# it lasts until the first steps of training have moved the weights, and tanh shrinks whatever is
# large. Plain networks can be made to learn longer lags, with more care and far more batches; here
# all had the same.
#
# ### Waves: predicted, and continued
#
# Now a task with an output at every step: read a wave, and say at each step what comes next. Two
# families of waves:
#
# - **chirps**: sines whose frequency rises, here from 0.02 to 0.08 cycles per step. They begin at
#   a random point of the cycle;
# - **harmonics**: sums of a sine of 24 steps and its overtone of 12, with random amplitudes and
#   beginnings.

# %%
STEPS, KNOWN = 160, 100


def two_families(count, seed):
    """Return `count` chirps and as many sums of harmonics, each float32 (count, 160)."""
    chirps = datasets.chirps(count, STEPS, low=0.02, high=0.08, seed=seed)
    harmonics = datasets.harmonics(count, STEPS, period=24, partials=2, seed=seed)
    return {"chirp": chirps, "harmonics": harmonics}


fig, axes = plots.figure(1, 2, width=8, height=2.4, sharey=True)
for ax, (name, waves) in zip(axes, two_families(2, seed=SEED).items(), strict=True):
    ax.plot(waves[0])
    ax.plot(waves[1], "--")
    ax.set(title=name, xlabel="step")
axes[0].set_ylabel("value")
plots.show(
    fig,
    alt="Left two chirps, sines whose cycles become shorter and shorter; right two sums of two "
    "sines, which repeat every 24 steps, each with a shape of its own.",
)

# %% [markdown]
# One network for both. It is many to many: a GRU that hands on its state at every step, and a
# dense layer that makes a prediction of each state.
#
# We will need it in two forms. For training it reads whole waves, each from an empty memory. For
# going on by itself it must read **one step at a time and keep its state** in between. Keras calls
# such a layer **stateful**. It keeps one state for each row of the batch, so the batch must have a
# fixed size, which is part of the input's shape: `batch_shape=(batch, length, features)`.

# %% [markdown]
# ### Exercise 1: `wave_network` (2 points, 15 minutes, medium)
#
# Build the network, in either form.


# %%
def wave_network(batch_shape, units, stateful):
    """Return a network that predicts at each step of a wave the next value, untrained.

    batch_shape: a tuple (batch, length), None where it is free. units: of the one recurrent layer,
    a GRU as Keras makes it. stateful: whether the GRU keeps its state from one batch to the next.
    Returns a keras.Model from (batch, length, 1) to (batch, length, 1); the output layer is dense,
    linear, and works on every step's state alone.
    """
    ### BEGIN SOLUTION
    waves = keras.Input(batch_shape=(*batch_shape, 1))
    states = keras.layers.GRU(units, return_sequences=True, stateful=stateful)(waves)
    return keras.Model(waves, keras.layers.Dense(1)(states))
    ### END SOLUTION


lab.check("wave_network", wave_network)

# %% [markdown]
# In training the inputs get a little noise, new in each epoch; the targets stay clean. You will
# see in a moment what this is for.

# %%
reader = wave_network((None, None), 48, stateful=False)
noisy = keras.Sequential([keras.Input((None, 1)), keras.layers.GaussianNoise(0.1), reader])
waves = np.concatenate(list(two_families(96, seed=0).values()))[..., None]  # (192, 160, 1)
rate = keras.optimizers.schedules.CosineDecay(1e-2, 50 * 6)
noisy.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "mse")
noisy.fit(
    waves[:, :-1],
    waves[:, 1:],
    batch_size=32,
    epochs=50,
    verbose=0,
    callbacks=[training.TimeBudget(60)],
)

# %% [markdown]
# To **continue** a wave, read the first 100 steps of it. Then take the prediction for the next
# value, and give it to the network as if it had been read. A forecast that lives on its own
# forecasts is called **free-running**.


# %%
def continue_waves(reader, known, steps):
    """Return what the network says comes after waves (count, length): (count, steps)."""
    writer = wave_network((len(known), 1), 48, stateful=True)
    for own, given in zip(writer.trainable_weights, reader.trainable_weights, strict=True):
        own.assign(given)
    for value in known.T:
        value = writer.predict_on_batch(value[:, None, None])
    said = [value]
    while len(said) < steps:
        said.append(writer.predict_on_batch(said[-1]))
    return np.concatenate(said, axis=1)[:, :, 0]


unseen = two_families(8, seed=99)
continued = {
    name: continue_waves(reader, waves[:, :KNOWN], STEPS - KNOWN) for name, waves in unseen.items()
}

# %% [markdown]
# As a rival, a **linear autoregression** for each wave: the next value is a weighted sum of the
# last twelve, and the weights are found by least squares in the 100 known steps. The measure is
# the **normalised mean squared error**: the mean squared error divided by the variance of what was
# to be predicted. 0 is perfect, and 1 is as good as always saying the mean.
#
# **Before you run the next cell:** one of the two families is continued perfectly by the linear
# rule, and the other not at all. Which, and why?

# %%
from course_utils.series import nmse, windows

STEPS_AHEAD = 40


def continue_linearly(wave):
    """Return 60 steps after the first 100 of a wave, by a linear autoregression."""
    rule = recurrent.LinearAutoregression(*windows(wave, 12, slice(0, KNOWN)))
    return recurrent.free_run(rule, wave[KNOWN - 12 : KNOWN], STEPS - KNOWN)


linear = {name: np.array([continue_linearly(w) for w in waves]) for name, waves in unseen.items()}
errors = {}
for name, waves in unseen.items():
    after = waves[:, KNOWN : KNOWN + STEPS_AHEAD]
    next_steps = reader.predict_on_batch(waves[:, :-1, None])[:, :, 0]
    errors[name] = {
        "network, one step": nmse(waves[:, 1:], next_steps),
        "network, 40 steps alone": nmse(after, continued[name][:, :STEPS_AHEAD]),
        "linear, 40 steps alone": nmse(after, linear[name][:, :STEPS_AHEAD]),
    }
    print(name, {what: float(f"{error:.1g}") for what, error in errors[name].items()})

# %%
fig, axes = plots.figure(2, 1, width=8, height=4.6, sharex=True)
for ax, (name, waves) in zip(axes, unseen.items(), strict=True):
    later = np.arange(KNOWN, STEPS)
    ax.plot(waves[0], color="black", linewidth=1, label="truth")
    ax.plot(later, linear[name][0], ":", color=plots.PALETTE["green"], label="linear rule")
    ax.plot(later, continued[name][0], "--", color=plots.PALETTE["vermillion"], label="network")
    ax.axvline(KNOWN - 0.5, color="#888888", linewidth=1)
    ax.set(title=name, ylabel="value", ylim=(-1.4, 1.4))
axes[0].legend(loc="lower left", ncols=3)
axes[1].set_xlabel("step")
plots.show(
    fig,
    alt="A chirp and a sum of harmonics, known up to step 100 and continued from there on. The "
    "network follows both closely. The linear rule follows the harmonics exactly; on the chirp it "
    "soon runs out of step and off the picture.",
)
assert errors["harmonics"]["linear, 40 steps alone"] < 1e-3
assert errors["chirp"]["linear, 40 steps alone"] > errors["chirp"]["network, 40 steps alone"]
assert max(error["network, 40 steps alone"] for error in errors.values()) < 0.7

# %% [markdown]
# A sum of $k$ sines obeys a linear rule with $2k$ weights, whatever its amplitudes. For harmonics
# least squares finds that rule, and no network will do better. A chirp obeys no fixed rule: how the
# next value follows from the last ones depends on the frequency, which changes. The network
# carries the frequency in its state.
#
# Two lessons. **A network has to beat the simple rule, and sometimes cannot.** And: **one step
# ahead is easy, alone is hard.** A network that has read clean waves only has never met its own
# small errors, and does not know how to correct them. The noise in training shows it what slightly
# wrong inputs look like.
#
# **Try it:** set the noise to 0 and run the cells again. Which of the two errors of the network
# changes most?

# %% [markdown]
# ## 5. Time series, real and chaotic
#
# Two series from outside the classroom:
#
# - **Sunspots**: how many spots the sun had, year by year, 1700 to 2008. Few numbers, measured, and
#   nobody knows the law behind them.
# - **Mackey-Glass**: a law without any noise, and yet no one can forecast it for long,
#
# $$\frac{dx}{dt} = \frac{0.2 \; x(t - \tau)}{1 + x(t - \tau)^{10}} - 0.1 \; x(t), \qquad \tau = 17$$
#
# It was written down for the number of blood cells, which the body makes with a delay $\tau$
# (Mackey and Glass, 1977). Above $\tau = 16.8$ it is **chaotic**: two starts as close as you like
# drift apart. The course solves it by the Runge-Kutta method and keeps a value every 6 units of
# time.
#
# **How to split a series.** A forecast is made from the past alone, so the parts follow one
# another: the first 60 % to learn from, the next 15 % to choose by (which epoch was best?), the
# last 25 % to report on. A random split would put next year and last year of each test year into
# the training part, and any network would look like a prophet.

# %%
years, spots = datasets.sunspots()
mackey_glass = datasets.mackey_glass(900, tau=17, spacing=6)

# %%
from course_utils.series import split_in_time

fig, axes = plots.figure(2, 1, width=8.5, height=4.4)
axes[0].plot(years, spots, linewidth=1.2)
axes[0].set(xlabel="year", ylabel="sunspot number", title="sunspots")
axes[1].plot(6 * np.arange(900), mackey_glass, linewidth=1)
axes[1].set(xlabel="time (no unit)", ylabel="x", title="Mackey-Glass, tau = 17")
for ax, times in zip(axes, (years, 6 * np.arange(900)), strict=True):
    parts = split_in_time(len(times))
    for part, colour in zip(parts, ("white", "orange", "sky"), strict=True):
        ax.axvspan(times[part.start], times[part.stop - 1], fc=plots.PALETTE.get(colour, colour), alpha=0.25)
        middle = (times[part.start] + times[part.stop - 1]) / 2
    ax.set_xlim(times[0], times[-1])
for part, name in zip(split_in_time(len(years)), ("training", "validation", "test"), strict=True):
    axes[0].text(years[part].mean(), 185, name, ha="center", va="top")
plots.show(
    fig,
    alt="Two series, each split into training, validation and test from left to right. Sunspots: "
    "peaks of different height about every eleven years. Mackey-Glass: an irregular oscillation "
    "that never repeats.",
)

# %% [markdown]
# ### What has to be beaten
#
# Each forecast sees a **window** of the last 12 values. Three forecasts that need no network:
#
# - **persistence**: tomorrow as today;
# - **linear**: the weighted sum of the window, by least squares. Yule fitted the first one in 1927,
#   to the sunspots;
# - **analogue**: look through all windows of the training part for the one that is most like
#   today's, and answer what followed then. Lorenz tried it with the weather in 1969.
#
# The third is yours.

# %% [markdown]
# ### Exercise 2: `analogue_forecast` (2 points, 15 minutes, medium)
#
# Most like means: with the smallest sum of squared differences.


# %%
def analogue_forecast(known, followed, windows):
    """Forecast by the most similar past.

    known: float array (count, window), windows of the past. followed: float array (count,), the
    value that followed each of them. windows: float array (batch, window), from which to forecast.
    Returns a float array (batch,): for each window, what followed the known window with the
    smallest sum of squared differences to it; of several that are equally near, the first.
    """
    ### BEGIN SOLUTION
    differences = windows[:, None] - known[None]
    nearest = np.sum(differences**2, axis=2).argmin(axis=1)
    return followed[nearest]
    ### END SOLUTION


lab.check("analogue_forecast", analogue_forecast)


# %%
class Analogue:
    """Your forecast, in the form in which the networks of the course answer."""

    def __init__(self, x, y):
        self.known, self.followed = x[:, :, 0], y[:, 0]

    def predict_on_batch(self, x):
        return analogue_forecast(self.known, self.followed, np.asarray(x)[:, :, 0])[:, None]

    def count_params(self):
        return self.known.size + self.followed.size


# %% [markdown]
# ### Five networks
#
# All of them see the window, have 32 hidden units, and forecast the *change* from the last value;
# they look at the window relative to its last value, too. So before training each of them is
# persistence, and it can only go up from there.
#
# | network | how it sees the window |
# |---|---|
# | **TDNN**, time-delay network | all 12 values at once, one dense layer of tanh units |
# | **Elman** | value by value, a plain recurrent layer (section 1) |
# | **NARX** | like the TDNN, and besides a clock: sine and cosine of the series' main period |
# | **LSTM** | value by value, with gates (section 3) |
# | **GRU** | value by value, with fewer gates |
#
# NARX means: nonlinear autoregressive with exogenous inputs, that is, inputs from outside of the
# series. The clock is such an input: one knows it in advance, at any time.
#
# Two ways to be tested. **One step ahead**: at each step the true past is known. **Alone**
# (free-running): after the start, the forecasts are fed back in place of the truth; here over one
# cycle of the sun, 11 years, and over 50 steps of Mackey-Glass. The error is the NMSE on the test
# part.
#
# **Before you run the next cells:** for each of the two series, write down what will win. What will
# the linear rule be worth?

# %%
tasks = {
    "sunspots": recurrent.forecasting_task(spots, window=12, horizon=11),
    "Mackey-Glass": recurrent.forecasting_task(mackey_glass, window=12, horizon=50),
}


def all_forecasts(task):
    """Train the five networks; return a row of the table for them and for the three others."""
    rows = recurrent.compare(task, seed=SEED)
    rows.insert(2, recurrent.measure("analogue", Analogue(*task.training), task))
    return rows


def show_table(rows):
    """Print name, number of weights, and both errors."""
    print(f"{'':12} {'numbers':>8} {'one step':>9} {'alone':>7}")
    for row in rows:
        print(f"{row.name:12} {row.weights:8,} {row.one_step:9.4f} {row.free_running:7.3f}")


# %%
sun_rows = all_forecasts(tasks["sunspots"])
show_table(sun_rows)

# %%
chaos_rows = all_forecasts(tasks["Mackey-Glass"])
show_table(chaos_rows)


# %% [markdown]
# Read the tables by machine, so that the sentences are true with every seed:


# %%
def verdict(name, rows):
    """Say in words which forecast wins, and how the networks stand to the two simple rules."""
    errors = {row.name: row.one_step for row in rows}
    networks = {name: errors[name] for name in ("tdnn", "elman", "narx", "lstm", "gru")}
    best = min(networks, key=networks.get)
    alone = min(rows, key=lambda row: row.free_running)
    losers = [name for name, error in networks.items() if error >= errors["persistence"]]
    print(f"{name}: {min(errors, key=errors.get)} wins one step ahead, {alone.name} alone.")
    print(f"  The best network, {best}, has {networks[best] / errors['linear']:.2g} times the error")
    print(f"  of the linear rule. Networks that lose to persistence: {losers or 'none'}.")
    assert not losers
    return networks[best] / errors["linear"]


ratios = [verdict("Sunspots", sun_rows), verdict("Mackey-Glass", chaos_rows)]
assert 0.5 < ratios[0] < 1.5 and ratios[1] < 0.2

# %% [markdown]
# **Why?**
#
# - **Sunspots** are few: some 170 windows to learn from, each with noise in it. The linear rule has
#   13 numbers to find, the networks hundreds to thousands. What the networks know beyond the linear
#   rule is little, and some of it was learned by heart. The rule is hard to beat, and where a
#   network does beat it, the margin changes with the seed. Your analogue finds no past like today:
#   every cycle is another one.
# - **Mackey-Glass** is a law without noise, and not a linear one. What a weighted sum cannot say is
#   most of it, so every network leaves the linear rule far behind. There are enough examples to
#   learn a smooth curve from. The law lies in the window as a whole, and needs no long memory: so
#   gates win nothing here, and the simplest networks are among the best.
# - **The clock** of the NARX network helps where a series keeps time. The sun keeps it badly, and
#   chaos not at all: it is one more thing to learn by heart.
#
# ### How far ahead?
#
# The error of a free run is an average over all steps of the run. It hides the most interesting
# thing.

# %% [markdown]
# ### Exercise 3: `error_by_horizon` (1 point, 5 minutes, easy)
#
# The NMSE for each step of the run by itself.


# %%
def error_by_horizon(truth, runs):
    """Return the normalised mean squared error of each step of free runs.

    truth, runs: arrays (runs, horizon), what happened and what was forecast, in step 1, 2, ...
    Returns an array (horizon,): for each step, the mean over the runs of the squared error, divided
    by the variance (np.var) over the runs of what happened at that step, which is not 0.
    """
    ### BEGIN SOLUTION
    return np.mean((runs - truth) ** 2, axis=0) / np.var(truth, axis=0)
    ### END SOLUTION


lab.check("error_by_horizon", error_by_horizon)

# %% [markdown]
# **Before you run the next cell:** the error of a chaotic forecast grows in a special way. What
# will its curve look like with a logarithmic axis?

# %%
fig, axes = plots.figure(1, 2, width=9, height=3.8, sharey=True)
styles = ["k:", "k--", "k-.", "s-", "o-", "v-", "D-", "^-"]
for ax, (name, task), rows in zip(axes, tasks.items(), (sun_rows, chaos_rows), strict=True):
    for row, style in zip(rows, styles, strict=True):
        growth = error_by_horizon(task.truth, recurrent.free_runs(row.model, task))
        ax.semilogy(np.arange(1, len(growth) + 1), growth, style, ms=3, lw=1.2, label=row.name)
    ax.axhline(1, color="#888888", linewidth=1)
    ax.set(title=name, xlabel="steps ahead")
axes[0].set(ylabel="NMSE")
axes[1].legend(loc="lower right", ncols=2)
plots.show(
    fig,
    alt="NMSE against the steps ahead, logarithmic, for the eight forecasts. Sunspots: within a few "
    "years nearly all are close to 1, the error of saying the mean. Mackey-Glass: the networks "
    "start below one hundredth and rise in nearly straight lines; linear and persistence are high "
    "from the start.",
)

# %% [markdown]
# In chaos a small error grows by about the same factor in every step: a straight line in this
# picture, until it is as large as the series itself. To see twice as far you need not half the
# error, but a tiny fraction of it. With the sun the forecast is lost after a few years, by noise
# and not by chaos.
#
# One free run of each, from a start in the middle of the test part:

# %%
fig, axes = plots.figure(2, 1, width=8.5, height=4.6)
for ax, (name, task), rows in zip(axes, tasks.items(), (sun_rows, chaos_rows), strict=True):
    start = len(task.truth) // 2
    past, truth = task.starts[start, :, 0], task.truth[start]
    best = min(rows, key=lambda row: row.free_running)
    ahead = np.arange(1, len(truth) + 1)
    ax.plot(np.arange(1 - len(past), 1), past, color="#888888", label="known")
    ax.plot(ahead, truth, "k-", label="truth")
    for row, style in ((rows[1], ":"), (best, "--")):
        run = recurrent.free_runs(row.model, task)[start]
        ax.plot(ahead, run, style, label=row.name)
    ax.set(title=name, xlabel="steps ahead", ylabel="standard deviations")
    ax.legend(loc="upper right", ncols=4)
    ax.margins(y=0.25)
plots.show(
    fig,
    alt="A free run for each series. Sunspots: the forecasts rise and fall with the next cycle, but "
    "not as high. Mackey-Glass: the best network follows the truth through several oscillations; "
    "the linear rule flattens out.",
)
