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
from course_utils.series import nmse, split_in_time, windows

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
ax.set(xlabel="batches", ylabel="mean squared error", ylim=(1e-3, 0.4), xlim=(0, 490))
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
    alt="Mean squared error against the lag, logarithmic, of four networks. At lag 20 all are "
    "well below one sixth. From lag 50 on plain and orthogonal lie on the line of one sixth. The "
    "LSTM stays far below it up to lag 100, the GRU at every lag.",
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
# open, state and gradient pass unchanged. But they are no guarantee: look at lag 200, where 1,200
# batches were enough for one of the two only. A rotation at the start helps less than one would
# hope: it lasts until the first steps of training have moved the weights, and tanh shrinks whatever
# is large. Any of them may learn longer lags with more care and more batches; here all had the
# same.
#
# ### Waves: predicted, and continued
#
# Now a task with an output at every step: read a wave, and say at each step what comes next. Two
# families of waves:
#
# - **chirps**: sines whose frequency rises, here from 0.03 to 0.1 cycles per step. They begin at
#   a random point of the cycle;
# - **harmonics**: sums of a sine of 20 steps and its overtone of 10, with random amplitudes and
#   beginnings.

# %%
STEPS, KNOWN = 100, 60


def two_families(count, seed):
    """Return `count` chirps and as many sums of harmonics, each float32 (count, 100)."""
    chirps = datasets.chirps(count, STEPS, low=0.03, high=0.1, seed=seed)
    harmonics = datasets.harmonics(count, STEPS, period=20, partials=2, seed=seed)
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
    "sines, which repeat every 20 steps, each with a shape of its own.",
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
# In training the inputs get some noise, new in each epoch; the targets stay clean. You will
# see in a moment what this is for.

# %%
reader = wave_network((None, None), 48, stateful=False)
noisy = keras.Sequential([keras.Input((None, 1)), keras.layers.GaussianNoise(0.2), reader])
waves = np.concatenate(list(two_families(96, seed=0).values()))[..., None]  # (192, 100, 1)
rate = keras.optimizers.schedules.CosineDecay(1e-2, 80 * 6)
noisy.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "mse")
noisy.fit(waves[:, :-1], waves[:, 1:], batch_size=32, epochs=80, verbose=0)

# %% [markdown]
# To **continue** a wave, read the first 60 steps of it. Then take the prediction for the next
# value, and give it to the network as if it had been read. A forecast that lives on its own
# forecasts is called **free-running**.


# %%
def continue_waves(reader, known, steps):
    """Return what the network says comes after waves (count, length): (count, steps)."""
    writer = wave_network((len(known), 1), 48, stateful=True)
    for own, given in zip(writer.trainable_weights, reader.trainable_weights, strict=True):
        own.assign(np.asarray(given))
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
# last twelve, and the weights are found by least squares in the 60 known steps. The measure is
# the **normalised mean squared error**: the mean squared error divided by the variance of what was
# to be predicted. 0 is perfect, and 1 is as good as always saying the mean.
#
# **Before you run the next cell:** one of the two families is continued perfectly by the linear
# rule, and the other not at all. Which, and why?


# %%
def continue_linearly(wave):
    """Return 40 steps after the first 60 of a wave, by a linear autoregression."""
    rule = recurrent.LinearAutoregression(*windows(wave, 12, slice(0, KNOWN)))
    return recurrent.free_run(rule, wave[KNOWN - 12 : KNOWN], STEPS - KNOWN)


linear = {name: np.array([continue_linearly(w) for w in waves]) for name, waves in unseen.items()}
errors = {}
for name, waves in unseen.items():
    after = waves[:, KNOWN:]
    next_steps = reader.predict_on_batch(waves[:, :-1, None])[:, :, 0]
    errors[name] = {
        "network, one step": nmse(waves[:, 1:], next_steps),
        "network, 40 steps alone": nmse(after, continued[name]),
        "linear, 40 steps alone": nmse(after, linear[name]),
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
    ax.set(title=name, ylabel="value", ylim=(-1.8, 1.2))
axes[0].legend(loc="lower left", ncols=3)
axes[1].set_xlabel("step")
plots.show(
    fig,
    alt="A chirp and a sum of harmonics, known up to step 60 and continued from there on. The "
    "network follows both closely. The linear rule follows the harmonics exactly; on the chirp it "
    "soon runs out of step and off the picture.",
)
assert errors["harmonics"]["linear, 40 steps alone"] < 1e-3
assert errors["chirp"]["linear, 40 steps alone"] > errors["chirp"]["network, 40 steps alone"]
assert max(error["network, 40 steps alone"] for error in errors.values()) < 0.3

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
# $$\frac{dx}{dt} = \frac{0.2 \; x(t - \tau)}{1 + x(t - \tau)^{10}} - 0.1 \; x(t), \quad \tau = 17$$
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
fig, axes = plots.figure(2, 1, width=8.5, height=4.4)
axes[0].plot(years, spots, linewidth=1.2)
axes[0].set(xlabel="year", ylabel="sunspot number", title="sunspots")
axes[1].plot(6 * np.arange(900), mackey_glass, linewidth=1)
axes[1].set(xlabel="time (no unit)", ylabel="x", title="Mackey-Glass, tau = 17")
for ax, times in zip(axes, (years, 6 * np.arange(900)), strict=True):
    parts = split_in_time(len(times))
    for part, colour in zip(parts, ("#FFFFFF", "#E69F00", "#56B4E9"), strict=True):
        ax.axvspan(
            times[part.start],
            times[part.stop - 1],
            fc=colour,
            alpha=0.25,
        )
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
    print(
        f"  The best network, {best}, has {networks[best] / errors['linear']:.2g} times the error"
    )
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
    alt="NMSE against the steps ahead, logarithmic, for eight forecasts. Sunspots: all rise within "
    "three years and then stay level, the linear rule near one half. Mackey-Glass: networks and "
    "analogue start near one hundredth or below and rise to a tenth and more over 50 steps, the "
    "analogue latest; linear and persistence are high from the start.",
)

# %% [markdown]
# In chaos a small error grows by about the same factor in every step: roughly a straight line in
# this picture, until it is as large as the series itself. To see twice as far you need not half the
# error, but a tiny fraction of it.
#
# Two more things to see. One step ahead your analogue is no better than the networks, but alone it
# lasts longest: whatever it says has happened once, so it never leaves the paths that the series
# can take, while a network's small errors add up to windows that it has never seen. And with the
# sun the errors rise at once, by noise and not by chaos, and then stay: the good forecasts keep the
# beat of the cycle and miss its height. A network that did well one step ahead may do worse than
# the mean when it is left alone.
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
    ax.plot(np.arange(len(truth) + 1), [past[-1], *truth], "k-", label="truth")
    for row, style in ((rows[1], ":"), (best, "--")):
        run = recurrent.free_runs(row.model, task)[start]
        ax.plot(ahead, run, style, label=row.name)
    ax.set(title=name, xlabel="steps ahead", ylabel="standard deviations")
    ax.legend(loc="upper right", ncols=4)
    ax.margins(y=0.4)
plots.show(
    fig,
    alt="A free run for each series. Sunspots: both forecasts rise and fall with the next cycle. "
    "Mackey-Glass: the best forecast follows the truth for several oscillations; the linear rule "
    "keeps the beat and misses the height.",
)

# %% [markdown]
# ## 6. Characters
#
# The last series of this lab is text, and the question is the same: what comes next? Every Python
# carries the text of its own language reference, which `help()` reads. It has been split into
# whole chapters for training, validation and test, and every paragraph that stands twice was kept
# once.

# %%
import re

from course_utils.models.recurrent import bits_per_character, char_rnn
from course_utils.ngrams import tuned
from course_utils.text import VOCABULARY, decode, encode, streams

text = datasets.python_reference()
for name, part in text._asdict().items():
    print(f"{name:10} {len(part):9,} characters")
print(f"vocabulary {len(VOCABULARY):9} characters, newline and {VOCABULARY[1:]!r}")
print("-" * 70)
print(text.training[30_000:30_700])

# %% [markdown]
# ### Bits per character
#
# A model of text gives each character that might come next a probability. If it gave the one that
# did come $p$, it was surprised by $-\log_2 p$ **bits**: 1 bit if it had held the character for as
# likely as not, 0 if it was certain. The mean over a text is the model's **bits per character**.
# With them, and the right code, the text could be stored.
#
# **Before you go on:** how many bits does someone need who holds all 96 characters for equally
# likely?
#
# The answer is $\log_2 96 = 6.58$. The first step up is to count. How often does each character
# follow each other one? That is a **bigram** model. Its table has 96 × 96 places, most of which
# the text never fills. But a pair that was never seen may still come, and must not get a
# probability of 0: it would cost infinitely many bits. So a little is added to every count.

# %% [markdown]
# ### Exercise 4: `bigram_table` (2 points, 15 minutes, medium)
#
# With $N_{ij}$, how often $j$ follows $i$, and a number $\alpha > 0$:
#
# $$P_{ij} = \frac{N_{ij} + \alpha}{\sum_k (N_{ik} + \alpha)}$$


# %%
def bigram_table(codes, size, alpha):
    """Count which character follows which, and return probabilities.

    codes: integer array (characters,), a text of at least two characters, as numbers from 0 to
    size - 1. alpha: a float above 0, added to the count of each pair.
    Returns a float array (size, size): in row i, column j the probability that j follows i. Each
    row adds up to 1, that of a character which nothing follows too.
    """
    ### BEGIN SOLUTION
    counts = np.full((size, size), float(alpha))
    for here, after in zip(codes[:-1], codes[1:], strict=True):
        counts[here, after] += 1
    return counts / counts.sum(axis=1, keepdims=True)
    ### END SOLUTION


lab.check("bigram_table", bigram_table)

# %% [markdown]
# What does it know? The most likely successors of some characters, with `_` for a space and `/`
# for a new line:

# %%
table = bigram_table(encode(text.training), len(VOCABULARY), alpha=0.1)
for character in "qth._(":
    here = VOCABULARY.index(character.replace("_", " "))
    best = np.argsort(-table[here])[:5]
    names = [VOCABULARY[code].replace(" ", "_").replace("\n", "/") for code in best]
    print(
        f"after {character}: ",
        ",  ".join(f"{n} {table[here, c]:.0%}" for n, c in zip(names, best, strict=True)),
    )

# %%
codes_test = encode(text.test)
baselines = {"all equal": np.log2(len(VOCABULARY))}
baselines["your bigram"] = -np.log2(table[codes_test[:-1], codes_test[1:]]).mean()
for name, order in (("unigram", 1), ("bigram", 2), ("5-gram", 5)):
    baselines[name] = tuned(text.training, text.validation, order).bits_per_character(text.test)
for name, bits in sorted(baselines.items(), key=lambda item: -item[1]):
    print(f"{name:12} {bits:.2f} bits per character")
assert abs(baselines["your bigram"] - baselines["bigram"]) < 0.3

# %% [markdown]
# The last three come from the course. They share out what unseen pairs get with more care
# (interpolated Kneser-Ney smoothing, Chen and Goodman, 1999): where a longer context was not seen,
# they ask a shorter one. The **5-gram** looks back four characters. Much further does not help
# counting: long contexts are nearly all new.
#
# ### A network that reads characters
#
# A recurrent network has no fixed context. Each character becomes a vector of 32 learned numbers
# (an **embedding**), a GRU reads them one after the other, and a softmax over the 96 characters
# says what may come next.
#
# The text is one sequence of 300,000 steps, far too long to unroll. So it is cut into 32
# **streams** side by side, and these into pieces of 64 characters. Gradients go back through one
# piece: this is truncated backpropagation through time. But the *state* is handed on, from the end
# of a piece to the beginning of the next one, so row $i$ of each batch must go on where row $i$ of
# the batch before ended: the network is stateful, with `batch_shape=(32, 64)`.

# %%
pieces = list(streams(encode(text.training), batch=32, length=64))
x_text, y_text = (np.concatenate(part) for part in zip(*pieces, strict=True))
print("x", x_text.shape, " y", y_text.shape, f" {len(pieces)} batches")
for number, (x, y) in enumerate(pieces[:2]):
    print(f"batch {number}, row 0, x: {decode(x[0])!r}")
    print(f"batch {number}, row 0, y: {decode(y[0])!r}")

# %% [markdown]
# What if a batch has another size? There is no state for the other rows:

# %%
learner = char_rnn(128, batch_shape=(32, 64), stateful=True)
try:
    learner.predict_on_batch(x_text[:8])
except Exception as error:
    print(error)

# %% [markdown]
# Four times through the text; it takes half a minute.
#
# **Before you run the next cell:** the network begins at about 6.6 bits. What will it be at after
# these four epochs: near the bigram, the 5-gram, or between?

# %%
EPOCHS = 4
rate = keras.optimizers.schedules.CosineDecay(1e-2, EPOCHS * len(pieces))
learner.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss="sparse_categorical_crossentropy")
history = learner.fit(
    x_text, y_text, epochs=EPOCHS, verbose=0, callbacks=[training.TimeBudget(58)]
).history
print("bits per character in training:", np.round(np.array(history["loss"]) / np.log(2), 2))


# %% [markdown]
# To measure it we read the test part with a network that has the same weights and is not stateful.
# Next to it stands a network that was trained longer, by `scripts/train_char_rnn.py`, with twice as
# many units, forty epochs, and dropout. Its weights came with the course.


# %%
def with_weights_of(given, **options):
    """Return a network with the weights of another, of other batch_shape and stateful."""
    network = char_rnn(given.get_layer("gru").units, **options)
    for own, other in zip(network.trainable_weights, given.trainable_weights, strict=True):
        own.assign(np.asarray(other))
    return network


networks = {"trained here": with_weights_of(learner), "trained longer": char_rnn(weights="course")}
bits = baselines | {name: bits_per_character(net, text.test) for name, net in networks.items()}

fig, ax = plots.figure(width=7, height=2.8)
order = sorted(bits, key=bits.get, reverse=True)
colours = [plots.PALETTE["vermillion" if name in networks else "sky"] for name in order]
ax.bar_label(ax.barh(order, [bits[name] for name in order], color=colours), fmt="%.2f", padding=3)
ax.set(xlabel="bits per character on the test part", xlim=(0, 7.2))
ax.invert_yaxis()
plots.show(
    fig,
    alt="Bars of bits per character, from the worst to the best: all equal 6.58, unigram, the two "
    "bigrams, then the 5-gram and the two networks. The network trained longer is the best.",
)
assert bits["trained here"] < bits["bigram"] and bits["trained longer"] < bits["5-gram"]

# %% [markdown]
# Half a minute of training beats the bigram by far. The 5-gram is a strong rival: it learns all of
# it in one pass, by counting. The network needs many passes to do better, and then it does.
#
# Where does it do better? Here is a line of the test part. Each bar is what a character cost.

# %%
lines = text.test.splitlines(keepends=True)
words_alone = re.compile("[A-Za-z][A-Za-z ,.]{64,69}\n")
chosen = next(n for n, line in enumerate(lines) if n > 40 and words_alone.fullmatch(line))
before, line = "".join(lines[chosen - 12 : chosen]), lines[chosen]
grams = tuned(text.training, text.validation, 5)
cost_grams = -np.log2(grams.probabilities(before + line)[len(before) :])
codes = encode(before + line)
p = networks["trained longer"].predict_on_batch(codes[None, :-1])[0]
cost_network = -np.log2(p[np.arange(len(p)), codes[1:]])[len(before) - 1 :]

fig, ax = plots.figure(width=10, height=2.8)
places = np.arange(len(line))
ax.bar(places - 0.2, cost_grams, width=0.4, color=plots.PALETTE["sky"], label="5-gram")
ax.bar(places + 0.2, cost_network, width=0.4, color=plots.PALETTE["vermillion"], label="network")
ax.set_xticks(places, line.replace("\n", "¶"), family="monospace")
ax.set(ylabel="bits", xlim=(-1, len(line)))
ax.legend(loc="upper right")
ax.grid(False, axis="x")
plots.show(
    fig,
    alt="A line of text, with two bars above each character: what it cost the 5-gram and the "
    "network. Both pay most at the beginning of words and little at their ends.",
)

# %% [markdown]
# Both are surprised where a word begins, and know how it ends. The network's advantage is that it
# remembers more than four characters: which word this is, that a bracket is open, or how far the
# line is indented.
#
# ### Letting it write
#
# A model that says what may come next can write: draw a character by its probabilities, give it to
# the network, and so on. Drawing brings in choice, and one can turn it up or down. The
# **temperature** $T$ changes the probabilities before one draws:
#
# $$q_i = \frac{p_i^{1/T}}{\sum_j p_j^{1/T}}$$
#
# At $T = 1$ nothing changes. **Before you go on:** what happens as $T$ goes to 0, and what as it
# becomes very large?

# %% [markdown]
# ### Exercise 5: `with_temperature` (2 points, 15 minutes, medium)
#
# Take care at low temperatures: $0.2^{500}$ is too small for the computer, and becomes 0.


# %%
def with_temperature(p, temperature):
    """Make probabilities more even (temperature above 1) or less even (below 1).

    p: float array (..., characters), at least 0, adding up to 1 along the last axis. It stays as it
    is. temperature: a float from 0.002 upwards.
    Returns a float array of p's shape, q as above, which adds up to 1 along the last axis. What has
    the probability 0 keeps it. No entry is nan, however low the temperature.
    """
    ### BEGIN SOLUTION
    # Divided by the largest, which changes nothing in q, at least one power is 1.
    q = (p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return q / q.sum(axis=-1, keepdims=True)
    ### END SOLUTION


lab.check("with_temperature", with_temperature)

# %%
reader = networks["trained longer"]
start = "The statement "
p = reader.predict_on_batch(encode(start)[None])[0, -1]
likely = np.argsort(-p)[:8]
temperatures = (0.3, 0.7, 1.0, 1.5)

fig, ax = plots.figure(width=7, height=2.8)
for number, temperature in enumerate(temperatures):
    q = with_temperature(p, temperature)[likely]
    ax.bar(np.arange(8) + 0.2 * (number - 1.5), q, width=0.2, label=f"T = {temperature}")
ax.set_xticks(range(8), [repr(VOCABULARY[code]) for code in likely])
ax.set(ylabel="probability", xlabel=f"next character after {start!r}")
ax.legend()
plots.show(
    fig,
    alt="The eight likeliest characters after the beginning of a sentence, each with four bars for "
    "four temperatures. At 0.3 nearly all goes to the likeliest; at 1.5 the bars are most even.",
)

# %% [markdown]
# Four texts side by side, one for each temperature. The writer is stateful and reads one character
# at a time: `batch_shape=(4, 1)`.


# %%
def write(network, start, temperatures, length, seed):
    """Let a network go on after `start`: a text of `length` characters for each temperature."""
    writer = with_weights_of(network, batch_shape=(len(temperatures), 1), stateful=True)
    rng = np.random.default_rng(seed)
    drawn = [np.full(len(temperatures), code) for code in encode(start)]
    for column in drawn[:-1]:
        writer.predict_on_batch(column[:, None])
    for _ in range(length):
        p = writer.predict_on_batch(drawn[-1][:, None])[:, 0].astype(float)
        rows = [with_temperature(p[i], t) for i, t in enumerate(temperatures)]
        drawn.append(np.array([rng.choice(len(row), p=row) for row in rows]))
    return [decode(codes) for codes in np.array(drawn).T]


# %%
written = write(reader, start, temperatures, length=400, seed=SEED)
for temperature, page in zip(temperatures, written, strict=True):
    print(f"--- T = {temperature} ---\n{page}\n")

# %% [markdown]
# How much of it is English, or Python? We count the words that occur in the training part.
#
# **Before you run the next cell:** for which temperature will the share be largest? Is that also
# the best text?

# %%
known = set(re.findall("[a-z]+", text.training.lower()))
shares = []
for temperature, page in zip(temperatures, written, strict=True):
    words = re.findall("[a-z]+", page.lower())[:-1]  # the last one may be cut
    shares.append(np.mean([word in known for word in words]))
    print(f"T = {temperature}: {shares[-1]:.0%} of {len(words)} words are known", end=", ")
    print(f"{len(set(words)) / len(words):.0%} of them different")
assert shares[0] > shares[-1]

# %% [markdown]
# At a low temperature the network writes what it is sure of, again and again. At a high one it
# invents words. In between it writes sentences that look right from afar: it has learned spelling,
# some grammar, how the lines are filled and how examples of code look. It has not learned what a
# statement is.
#
# And the network that you trained yourself, at $T = 0.7$:

# %%
print(write(networks["trained here"], start, [0.7], length=400, seed=SEED)[0])

# %% [markdown]
# ## What you know now
#
# - A plain recurrent network forgets within some tens of steps. Gates let state and gradient pass,
#   and the network with them remembers over a hundred and more.
# - Stateful layers remember from batch to batch. They need a fixed batch, and order.
# - A forecast is worth what it is better than persistence, a linear rule, or counting. On few and
#   noisy data these are hard to beat.
# - One step ahead is not the same as alone. In chaos errors grow by a factor with every step.
# - Bits per character measure how well a model knows a language, and with a temperature it writes
#   it.

# %%
lab.progress()
