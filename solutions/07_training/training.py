# %% [markdown]
# # Lab 7: Training well
#
# **After this lab you can**
#
# - write every step rule from momentum to Adam, and say when each fails;
# - see over- and underfitting, and choose a remedy by measurement;
# - find out what is terribly wrong with somebody else's training loop;
# - train one network for several tasks, and search its settings with a plan.
#
# **Time:** about five hours. The ten exercises take two and a half of them.
#
# **It builds on** lab 2 (gradients, momentum on one page, gradients that vanish) and on the Keras
# models of lab 3. In lab 6 rates, epochs and penalties were given to you; here you find such
# numbers yourself. One question runs through it: the gradient is right, and the network still
# learns badly. **What can be changed, and how do you know that it helped?** So nearly everything
# below is measured over several seeds, beside the same network without the change.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("Momentum")` gives a hint, and one more each time you call
# it. `lab.progress()` shows what is done. After a restart of the kernel run the cells of your
# answers again: Run > Run All Above Selected Cell.

# %%
import time

import ipywidgets
import numpy as np
from threadpoolctl import threadpool_limits

from course_utils import datasets, plots
from course_utils.lab import Lab

threadpool_limits(1)  # our matrices are small: one core is faster than several that must meet
SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("07_training")

# %% [markdown]
# ## 1. The landscape
#
# Gradient descent, $w \leftarrow w - \eta \, \nabla f(w)$, knows one thing of the landscape: the
# slope where it stands. Two landscapes of two dimensions show what that costs. Both have their
# minimum of 0 at a point that we know, which no network grants us:
#
# - **Rosenbrock's function** $(1 - x)^2 + 100 \, (y - x^2)^2$ (Rosenbrock, 1960): a bent valley
#   with steep walls. Its floor is almost flat: a plateau.
# - a **ravine** $\frac{1}{2}(x^2 + 100 \, y^2)$: straight, and 100 times as steep across as along.
#
# A point is an array whose last axis has $x$ and $y$. All axes before it are points side by side,
# so that many descents can run in one computation.


# %%
def rosenbrock(w):
    """Return the value (...) and the gradient (..., 2) of Rosenbrock's function at w (..., 2)."""
    x, y = w[..., 0], w[..., 1]
    across = y - x**2
    value = (1 - x) ** 2 + 100 * across**2
    return value, np.stack([-2 * (1 - x) - 400 * x * across, 200 * across], axis=-1)


# %%
def ravine(w):
    """Return the value (...) and the gradient (..., 2) of the ravine at w (..., 2)."""
    curvatures = np.array([1.0, 100.0])
    return np.sum(curvatures * w**2, axis=-1) / 2, curvatures * w


# %% [markdown]
# A **step rule** is an object whose `step` makes the next weights from the weights and their
# gradient. Here is the plainest, and a function that walks with any of them:


# %%
class GradientDescent:
    """w <- w - rate * gradient."""

    def __init__(self, rate):
        self.rate = rate

    def step(self, w, g):
        """Return the next weights. w: float array. g: the gradient, of w's shape."""
        return w - self.rate * g


# %%
def walk(rule, landscape, w, steps):
    """Return all points of a walk, (steps + 1, ...); points that fly off stay where they are."""
    path = [np.asarray(w, dtype=float)]
    for _ in range(steps):
        new = rule.step(path[-1], landscape(path[-1])[1])
        path.append(np.where(np.abs(new) < 1e6, new, path[-1]))
    return np.array(path)


# %% [markdown]
# **Before you run the next cells:** the ravine's wall has the curvature 100. From which rate on
# will each step across land *higher* on the other side?

# %%
STARTS = {"Rosenbrock": (rosenbrock, [-1.2, 1.0]), "ravine": (ravine, [-1.5, 0.6])}
TRIED = {"Rosenbrock": (0.0001, 0.0015, 0.02), "ravine": (0.0005, 0.018, 0.0202)}
ends = {}
for name, (landscape, w) in STARTS.items():
    for rate in TRIED[name]:
        path = walk(GradientDescent(rate), landscape, w, 200)
        ends[name, rate] = float(landscape(path[-1])[0])
        print(f"{name:10}  rate {rate:<7}  after 200 steps f = {ends[name, rate]:.3g}")


# %% tags=["hide-input"]
def contours(ax, landscape, x_range, y_range):
    """Draw a landscape's lines of equal height, the heights a factor of about 3 apart."""
    grid = np.stack(np.meshgrid(np.linspace(*x_range, 150), np.linspace(*y_range, 150)), axis=-1)
    levels = 10.0 ** np.arange(-2, 4, 0.5)
    ax.contour(grid[..., 0], grid[..., 1], landscape(grid)[0], levels, colors="#AAAAAA")
    ax.set(xlim=x_range, ylim=y_range, xlabel="$x$", ylabel="$y$")
    ax.grid(False)


fig, axes = plots.figure(1, 2, width=9, height=3.6)
for ax, (name, (landscape, w)) in zip(axes, STARTS.items(), strict=True):
    contours(ax, landscape, (-2, 2), (-1, 2) if name == "Rosenbrock" else (-1, 1))
    for rate, style in zip(TRIED[name], ("o-", "s-", "^--"), strict=True):
        path = walk(GradientDescent(rate), landscape, w, 60)
        ax.plot(*path.T, style, markersize=3, linewidth=1, label=f"rate {rate}")
    ax.set_title(name)
    ax.legend(loc="lower right")
plots.show(
    fig,
    alt="Two maps of lines of equal height with the first 60 steps of three walks each. "
    "Rosenbrock's bent valley: with the smallest rate the walk creeps along the floor at the "
    "upper left, with the middle rate it gets further, with the largest it leaves the picture. "
    "The ravine: with the smallest rate the walk reaches the floor and hardly moves along it, "
    "with the middle one it jumps from wall to wall and arrives, with the largest each jump is "
    "wider than the last.",
)

# %%
assert ends["Rosenbrock", 0.0001] > 1 and ends["Rosenbrock", 0.02] > 10
assert ends["Rosenbrock", 0.0015] < ends["Rosenbrock", 0.0001]
assert ends["ravine", 0.018] < 0.1 < 0.5 < ends["ravine", 0.0005] and ends["ravine", 0.0202] > 10

# %% [markdown]
# (Across the ravine a step multiplies $y$ by $1 - 100 \, \eta$. Above $\eta = 2/100$ that is below
# $-1$.)
#
# One rate must serve both directions. The wall allows at most 0.02, and along the floor, where 1
# would be right, 0.02 is slow. Give each parameter **a rate of its own**, and the ravine is done in
# one step:

# %%
own_rates = GradientDescent(np.array([1.0, 0.01]))
arrived = walk(own_rates, ravine, [-1.5, 0.6], 1)[-1]
print("after one step with the rates 1 and 0.01:", arrived)
assert np.allclose(arrived, 0)

# %% [markdown]
# This works since the ravine lies along an axis. One that lies across them would not care. Keep
# that in mind: it will decide the race of section 2.
#
# ### Minima, or saddles?
#
# Where the gradient is 0, descent stops. Is that a minimum? The signs of the Hessian's
# **eigenvalues** tell: all positive in a minimum, all negative in a maximum, mixed at a
# **saddle**: a way down is left.
#
# In one dimension a point with slope 0 is as often a minimum as a maximum. In $d$ dimensions a
# minimum needs $d$ positive signs at once. If they were coins, one point in $2^d$ would be one.
#
# We try it on random functions: 50 waves with random directions and phases, added up. From many
# starts, Newton's method walks to the points of slope 0, of whatever kind.


# %%
def waves(x, k, phase):
    """Gradient (n, d) and Hessian (n, d, d) of the sum of cos(k x + phase) at points x (n, d)."""
    angle = x @ k.T + phase
    return -np.sin(angle) @ k, -np.einsum("nw,wi,wj->nij", np.cos(angle), k, k)


# %%
def share_of_minima(d, rng):
    """Return which share of the critical points of a random function of d numbers are minima."""
    k, phase = rng.normal(size=(50, d)), rng.uniform(0, 2 * np.pi, 50)
    x = 3 * rng.normal(size=(200, d))
    for _ in range(30):
        g, H = waves(x, k, phase)
        step = np.linalg.solve(H, g[..., None])[..., 0]
        x -= step / np.maximum(1, np.linalg.norm(step, axis=1, keepdims=True) / 0.3)
    g, H = waves(x, k, phase)
    eigenvalues = np.linalg.eigvalsh(H[np.linalg.norm(g, axis=1) < 1e-6])
    return np.mean(np.all(eigenvalues > 0, axis=1))


# %%
rng = np.random.default_rng(SEED)
DIMENSIONS = [1, 2, 3, 5, 8]
shares = np.array([[share_of_minima(d, rng) for _ in range(5)] for d in DIMENSIONS])
for d, found in zip(DIMENSIONS, shares.mean(axis=1), strict=True):
    print(f"{d} dimensions: {found:6.1%} of the critical points are minima; 1 / 2^d = {0.5**d:.1%}")
assert 0.4 < shares[0].mean() < 0.6 and np.all(shares[2:].mean(axis=1) < 0.5 ** np.array([3, 5, 8]))

# %% [markdown]
# Fewer than coins would give: the eigenvalues of one matrix push each other apart (Bray and Dean,
# 2007). In eight dimensions hardly a minimum is left, and a network has thousands.
#
# ### And a network?
#
# A small one: two inputs, three tanh units, one linear output, 13 weights. Data: the sign of $x y$
# with noise. 150 networks are trained for 0 to 894 steps; from where each is then, we walk to the
# nearest point of slope 0. (Minimise $|\nabla f|^2$, by Newton's steps with a brake. A little
# weight decay is part of the error, so that no weight runs away to infinity.)


# %%
def small_network(w, X, t, decay=0.01):
    """Return the error and gradient (n, 13) of n networks with weights w (n, 13), side by side."""
    W, b, v, c = w[:, :6].reshape(-1, 2, 3), w[:, None, 6:9], w[:, 9:12], w[:, 12:]
    h = np.tanh(X @ W + b)
    e = np.einsum("nbj,nj->nb", h, v) + c - t
    dz = e[..., None] * v[:, None] * (1 - h**2) / len(X)
    parts = [(X.T @ dz).reshape(-1, 6), dz.sum(axis=1), np.einsum("nb,nbj->nj", e, h) / len(X)]
    gradient = np.hstack([*parts, e.mean(axis=1, keepdims=True)])
    return (np.mean(e**2, axis=1) + decay * np.sum(w**2, axis=1)) / 2, gradient + decay * w


# %%
def hessians(w, X, t, h=1e-5):
    """Return the Hessians (n, 13, 13), by centred differences of the gradient."""
    moved = w[:, None] + h * np.concatenate([np.eye(13), -np.eye(13)])
    gradients = small_network(moved.reshape(-1, 13), X, t)[1].reshape(len(w), 2, 13, 13)
    H = (gradients[:, 0] - gradients[:, 1]) / (2 * h)
    return (H + H.transpose(0, 2, 1)) / 2


# %%
def to_critical_points(w, X, t, rounds=60):
    """Walk from weights w (n, 13) to points of slope 0 near by; a step that goes wrong is undone
    and the next is shorter."""
    brake = np.full(len(w), 0.01)
    for _ in range(rounds):
        g, H = small_network(w, X, t)[1], hessians(w, X, t)
        A = H @ H + brake[:, None, None] * np.eye(13)
        new = w - np.linalg.solve(A, H @ g[..., None])[..., 0]
        better = np.linalg.norm(small_network(new, X, t)[1], axis=1) < np.linalg.norm(g, axis=1)
        w = np.where(better[:, None], new, w)
        brake = np.clip(np.where(better, brake / 3, brake * 4), 1e-12, 1e3)
    return w


# %%
X_small = rng.normal(size=(40, 2))
t_small = np.sign(X_small[:, 0] * X_small[:, 1]) + 0.3 * rng.normal(size=40)
w = 0.7 * rng.normal(size=(150, 13))
for step in range(6 * len(w)):
    w[step // 6 + 1 :] -= 0.3 * small_network(w[step // 6 + 1 :], X_small, t_small)[1]
w = to_critical_points(w, X_small, t_small)
errors, slopes = small_network(w, X_small, t_small)
reached = np.linalg.norm(slopes, axis=1) < 1e-6

# %% [markdown]
# Hidden units may change places, and signs, so that one point comes in many guises. Those have the
# same error, and we count them once.

# %%
different = np.flatnonzero(reached)[np.unique(errors[reached].round(4), return_index=True)[1]]
errors = errors[different]
eigenvalues = np.linalg.eigvalsh(hessians(w[different], X_small, t_small))
downward = np.sum(eigenvalues < -1e-3, axis=1)
saddles, correlation = downward > 0, np.corrcoef(downward, errors)[0, 1]
print(f"{reached.sum()} of 150 arrived, at {len(different)} different points")
print(
    f"{saddles.sum()} of them are saddles, with errors of {errors[saddles].mean():.2f} on average"
)
print(f"{np.sum(~saddles)} are minima, with {errors[~saddles].mean():.2f}")
print(f"error against the number of ways down: correlation {correlation:.2f}")

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2, width=9, height=3.4)
spread = shares.std(axis=1, ddof=1) / np.sqrt(shares.shape[1])
left.errorbar(
    DIMENSIONS, shares.mean(axis=1), spread, fmt="o-", capsize=3, label="random functions"
)
left.plot(DIMENSIONS, 0.5 ** np.array(DIMENSIONS), "k:", label="coins: $1/2^d$")
left.set(xlabel="dimension $d$", ylabel="share of minima", title="Points of slope 0")
left.legend()
right.scatter(downward, errors, s=18, alpha=0.7)
right.set(xlabel="negative eigenvalues (ways down)", ylabel="error", title="Small network")
right.set_xticks(range(downward.max() + 1))
plots.show(
    fig,
    alt="Left: the share of minima among the points of slope 0 of random functions, with error "
    "bars: one half in one dimension, falling to almost nothing in eight, below the dotted line of "
    "1 / 2^d. Right: critical points of a small network, a dot each, error against the number of "
    "negative eigenvalues: the points with many ways down lie high, the lowest have none.",
)
assert correlation > 0.6 and saddles.mean() > 0.5 and downward[errors.argmin()] == 0

# %% [markdown]
# More of the different points are saddles than minima. The more ways down, the higher a point lies,
# and the lowest has none. This is what Dauphin and others (2014) found in larger networks. So the
# enemy is less the bad minimum than the **flat stretch around a saddle**, where small gradients
# make small steps. A rule that wants to get across needs something else than a larger rate.

# %% [markdown]
# ## 2. Step rules by hand
#
# Every rule below keeps something of the steps before, in attributes of its object. All
# operations are elementwise, so $g^2$ is the square of each number of the gradient.
#
# **Momentum** (Polyak, 1964): a ball that rolls. It keeps a velocity $v$, at first 0:
#
# $$v \leftarrow \beta v - \eta g, \qquad w \leftarrow w + v$$
#
# Across a ravine the gradients change their sign and cancel in $v$; along the floor they add up, to
# $1 / (1 - \beta)$ times one step.
#
# **Nesterov's** momentum (1983) takes the gradient where the velocity will carry us, not where we
# are. Sutskever and others (2013) made it a rule for networks; Keras writes it so that $w$ is the
# point where the gradient was taken:
#
# $$v \leftarrow \beta v - \eta g, \qquad w \leftarrow w + \beta v - \eta g$$

# %% [markdown]
# ### Exercise 1: `Momentum` (2 points, 10 minutes, easy)
#
# One class for both; `nesterov` says which.


# %%
class Momentum:
    """Gradient descent with momentum.

    rate, beta: numbers. nesterov: whether it is Nesterov's.
    """

    def __init__(self, rate, beta=0.9, nesterov=False):
        self.rate, self.beta, self.nesterov = rate, beta, nesterov
        self.v = 0.0

    def step(self, w, g):
        """Return the next weights, a new array; w and g stay as they are.

        w: float array. g: the gradient at w, of its shape. self.v is the velocity after the step,
        of w's shape.
        """
        ### BEGIN SOLUTION
        self.v = self.beta * self.v - self.rate * g
        if self.nesterov:
            return w + self.beta * self.v - self.rate * g
        return w + self.v
        ### END SOLUTION


lab.check("Momentum", Momentum)

# %% [markdown]
# **Playground.** A walk of 60 steps in the ravine, now turned by 45 degrees.
#
# - With momentum 0, find the largest rate that still arrives.
# - Raise the momentum, in steps. What happens to the zigzag? What happens at 0.98?
# - Switch to Nesterov at a large momentum. Which of the two swings less?

# %%
TURN = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)


def turned_ravine(w):
    """The ravine, turned by 45 degrees: value (...) and gradient (..., 2) at w (..., 2)."""
    value, gradient = ravine(w @ TURN)
    return value, gradient @ TURN.T


# %%
def show_walk(rate, momentum, nesterov):
    path = walk(Momentum(rate, momentum, nesterov), turned_ravine, [-1.5, -0.6], 60)
    fig, ax = plots.figure(width=5.5, height=3.8)
    contours(ax, turned_ravine, (-2, 2), (-1.5, 1.5))
    ax.plot(*path.T, "o-", markersize=3, linewidth=1)
    end = turned_ravine(path[-1])[0]
    ax.set_title(f"after 60 steps: f = {end:.2g}")
    plots.show(
        fig,
        alt=f"A walk in the turned ravine with rate {rate}, momentum {momentum}, "
        f"{'Nesterov' if nesterov else 'plain'}: after 60 steps the height is {end:.2g}.",
    )


show_walk(rate=0.01, momentum=0.8, nesterov=False)

# %%
sliders = ipywidgets.interactive(
    show_walk,
    rate=ipywidgets.FloatLogSlider(0.01, min=-3, max=-1.3, step=0.05, readout_format=".4f"),
    momentum=ipywidgets.FloatSlider(0.8, min=0, max=0.98, step=0.02),
    nesterov=ipywidgets.Checkbox(False, description="Nesterov"),
)
sliders

# %% [markdown]
# ### A rate for each parameter
#
# Three rules give each parameter a rate of its own, from the squares of its gradients so far.
#
# **AdaGrad** (Duchi and others, 2011) sums them up:
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \frac{\eta \, g}{\sqrt{s + \epsilon}}$$
#
# Who had large gradients gets small steps. But $s$ only grows: in a long training all rates go to
# 0.
#
# **RMSProp** (Hinton and Tieleman, 2012, in a lecture) forgets. It takes a running mean:
#
# $$s \leftarrow \rho s + (1 - \rho) \, g^2, \qquad w \leftarrow w - \frac{\eta \, g}{\sqrt{s +
# \epsilon}}$$
#
# (In our copy of the lecture there is a minus before $(1 - \rho) \, g^2$. It is a sum: a mean.)
#
# **AdaDelta** (Zeiler, 2012) keeps a second mean $d$, of its own squared steps, so that a step has
# the units of $w$. $\eta$ is 1 in the paper; Keras multiplies by a rate:
#
# $$s \leftarrow \rho s + (1 - \rho) \, g^2, \qquad
# \Delta = \frac{\sqrt{d + \epsilon}}{\sqrt{s + \epsilon}} \, g, \qquad
# d \leftarrow \rho d + (1 - \rho) \, \Delta^2, \qquad w \leftarrow w - \eta \Delta$$
#
# The small $\epsilon$ keeps us from dividing by 0. Mind that $\Delta$ needs the *old* $d$.

# %% [markdown]
# ### Exercise 2: `adaptive_walk` (3 points, 20 minutes, medium)
#
# Complete the three `step`s. Then, in `adaptive_walk` below them, feed the rule one gradient after
# the other: it is what the check calls.


# %%
class AdaGrad:
    """A rate for each parameter, by the sum of its squared gradients; s is 0 at first."""

    def __init__(self, rate, epsilon=1e-7):
        self.rate, self.epsilon = rate, epsilon
        self.s = 0.0

    def step(self, w, g):
        """Return the next weights, a new array. w, g: float arrays of one shape."""
        ### BEGIN SOLUTION
        self.s = self.s + g**2
        return w - self.rate * g / np.sqrt(self.s + self.epsilon)  # s is a sum
        ### END SOLUTION


class RMSProp:
    """A rate for each parameter, by the running mean of its squared gradients; s is 0 at first."""

    def __init__(self, rate, rho=0.9, epsilon=1e-7):
        self.rate, self.rho, self.epsilon = rate, rho, epsilon
        self.s = 0.0

    def step(self, w, g):
        """Return the next weights, a new array. w, g: float arrays of one shape."""
        ### BEGIN SOLUTION
        self.s = self.rho * self.s + (1 - self.rho) * g**2
        return w - self.rate * g / np.sqrt(self.s + self.epsilon)  # s is a mean
        ### END SOLUTION


class AdaDelta:
    """Steps in the units of w; s, of gradients, and d, of steps, are 0 at first."""

    def __init__(self, rate=1.0, rho=0.95, epsilon=1e-7):
        self.rate, self.rho, self.epsilon = rate, rho, epsilon
        self.s = self.d = 0.0

    def step(self, w, g):
        """Return the next weights, a new array. w, g: float arrays of one shape."""
        ### BEGIN SOLUTION
        self.s = self.rho * self.s + (1 - self.rho) * g * g
        delta = np.sqrt((self.d + self.epsilon) / (self.s + self.epsilon)) * g
        self.d = self.rho * self.d + (1 - self.rho) * delta**2
        return w - self.rate * delta
        ### END SOLUTION


def adaptive_walk(name, w, gradients, **settings):
    """Return the weights after each step, a list. name: "AdaGrad", "RMSProp" or "AdaDelta"."""
    rule = {"AdaGrad": AdaGrad, "RMSProp": RMSProp, "AdaDelta": AdaDelta}[name](**settings)
    points = []
    ### BEGIN SOLUTION
    for g in gradients:
        w = rule.step(w, g)
        points.append(w)
    ### END SOLUTION
    return points


lab.check("adaptive_walk", adaptive_walk)

# %% [markdown]
# **Adam** (Kingma and Ba, 2015) joins both ideas: a running mean $m$ of the gradients, for the
# direction, and one of their squares $v$, for the rate. Both begin at 0, so in the first steps
# both are too small. After $t$ steps (the first is $t = 1$) they are divided by what is missing:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1) \, g, \qquad
# v \leftarrow \beta_2 v + (1 - \beta_2) \, g^2$$
#
# $$w \leftarrow w - \eta \, \frac{\hat m}{\sqrt{\hat v} + \epsilon}, \qquad
# \hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}$$
#
# **Before you write it:** how long is the very first step, whatever the gradient?

# %% [markdown]
# ### Exercise 3: `Adam` (2 points, 15 minutes, medium)
#
# Mind where $\epsilon$ stands: outside the root.


# %%
class Adam:
    """Adam, with its bias correction.

    rate, beta_1, beta_2, epsilon: numbers; rate may be an array that fits w.
    """

    def __init__(self, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.rate, self.beta_1, self.beta_2, self.epsilon = rate, beta_1, beta_2, epsilon
        self.m = self.v = 0.0
        self.t = 0  # steps so far

    def step(self, w, g):
        """Return the next weights, a new array; w and g, float arrays of one shape, stay."""
        ### BEGIN SOLUTION
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * g
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * g**2
        m = self.m / (1 - self.beta_1**self.t)
        v = self.v / (1 - self.beta_2**self.t)
        return w - self.rate * m / (np.sqrt(v) + self.epsilon)
        ### END SOLUTION


lab.check("Adam", Adam)

# %% [markdown]
# (The first step is $\eta$ in each parameter: $\hat m = g$ and $\hat v = g^2$.)
#
# ### Keras does the same
#
# Each of your rules, and Keras's optimizer of the same name, gets the same 20 gradients.
# (Importing Keras takes some seconds.)

# %%
import keras

from course_utils import training

training.set_seed(SEED)

# %%
PAIRS = {
    "momentum": (Momentum(0.01), keras.optimizers.SGD(0.01, momentum=0.9)),
    "Nesterov": (
        Momentum(0.01, nesterov=True),
        keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    ),
    "AdaGrad": (AdaGrad(0.01), keras.optimizers.Adagrad(0.01, initial_accumulator_value=0)),
    "RMSProp": (RMSProp(0.01), keras.optimizers.RMSprop(0.01)),
    "AdaDelta": (AdaDelta(1.0), keras.optimizers.Adadelta(1.0)),
    "Adam": (Adam(0.01), keras.optimizers.Adam(0.01)),
}

# %%
gradients = np.random.default_rng(SEED).normal(size=(20, 3, 2))
for name, (rule, optimizer) in PAIRS.items():
    w, variable = np.ones((3, 2)), keras.Variable(np.ones((3, 2)), dtype="float64")
    apart = 0.0
    for g in gradients:
        w = rule.step(w, g)
        optimizer.apply([keras.ops.convert_to_tensor(g)], [variable])
        apart = max(apart, np.abs(variable.numpy() - w).max())
    print(f"{name:9} largest difference in 20 steps: {apart:.0e}")
    assert apart < 1e-6

# %% [markdown]
# **Annealing** is the other remedy: let the rate fall. In steps, exponentially or along a cosine
# (Loshchilov and Hutter, 2017), from $\eta_0$ over $T$ steps. Three lines, and three schedules of
# Keras that they must equal:

# %%
T, RATE = 100, 0.5
ANNEALING = {
    "step": (
        lambda t: RATE * 0.1 ** (t // 40),
        keras.optimizers.schedules.ExponentialDecay(RATE, 40, 0.1, staircase=True),
    ),
    "exponential": (
        lambda t: RATE * 0.1 ** (t / 40),
        keras.optimizers.schedules.ExponentialDecay(RATE, 40, 0.1),
    ),
    "cosine": (
        lambda t: RATE * (1 + np.cos(np.pi * t / T)) / 2,
        keras.optimizers.schedules.CosineDecay(RATE, T),
    ),
}
for name, (ours, schedule) in ANNEALING.items():
    apart = max(abs(ours(t) - float(schedule(t))) for t in range(T))
    print(f"{name:12} largest difference: {apart:.0e}; rate after {T - 1} steps: {ours(T - 1):.1e}")
    assert apart < 1e-6

# %% [markdown]
# ### A race on one picture
#
# **Before you run the next cells:** in this bent valley, who will be first after 100 steps, and
# who last? Write down two names.
#
# All rules start at the same point of Rosenbrock's valley. Each gets the best rate for it out of a
# grid of 53, a factor of 1.3 apart; else we would race the rates, not the rules. A rule whose
# rate is an array (rates, 1) walks with all rates at once.

# %%
RULES = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Nesterov": lambda rate: Momentum(rate, nesterov=True),
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "AdaDelta": AdaDelta,
    "Adam": Adam,
}
RATES = 10 ** np.linspace(-3.5, 3, 53)


# %%
def best_walk(rule, landscape, w, steps):
    """Return the path (steps + 1, 2) with the rate that ends lowest, and that rate."""
    paths = walk(rule(RATES[:, None]), landscape, np.tile(w, (len(RATES), 1)), steps)
    best = landscape(paths[-1])[0].argmin()
    return paths[:, best], RATES[best]


# %% tags=["hide-input"]
fig, ax = plots.figure(width=8, height=4.6)
contours(ax, rosenbrock, (-1.6, 1.6), (-0.6, 1.8))
final = {}
for (name, rule), style in zip(RULES.items(), ("-", "--", "-.", ":", "-", "--", "-."), strict=True):
    path, rate = best_walk(rule, rosenbrock, [-1.2, 1.0], 100)
    final[name] = float(rosenbrock(path[-1])[0])
    ax.plot(*path.T, style, linewidth=1.6, label=f"{name} (rate {rate:.2g})")
ax.plot(1, 1, "*", color="black", markersize=12)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="Walks of seven rules, 100 steps each, from the upper left of Rosenbrock's bent valley; "
    "the minimum is a star at (1, 1). Gradient descent makes two long jumps, to the wall and down "
    "to the bend, then creeps along the floor and does not arrive. Momentum, with wide swings, "
    "and Nesterov follow the floor almost to the star. AdaGrad and RMSProp leave the picture at "
    "the top and come back to the star from above. AdaDelta creeps along the floor from the left "
    "and ends in the bend. Adam cuts across the bend, swings below it and beyond the star, and "
    "ends there.",
)

# %%
for name, height in final.items():
    print(f"{name:17} after 100 steps f = {height:.1e}")
assert min(final, key=final.get) != "gradient descent"

# %% [markdown]
# ### Which remedy has which rule?
#
# Lectures show a table here: this rule helps on plateaus, that one in ravines. We measure it. Five
# landscapes, one for each trouble:
#
# - the turned **ravine**;
# - **own rates**: 20 parameters, whose curvatures lie between 1 and 10,000, along the axes;
# - a **saddle**, near which all walks start;
# - a **plateau**: the far side of a Gaussian hole, where the slope is a hundredth of the usual one;
# - **noise**: a bowl, but each gradient has noise of its own added.

# %%
CURVATURES = 10 ** np.linspace(0, 4, 20)


def own_rates_bowl(w):
    return np.sum(CURVATURES * w**2, axis=-1) / 2, CURVATURES * w


# %%
def saddle(w):
    x, y = w[..., 0], w[..., 1]
    value = x**2 / 2 + (y**2 - 1) ** 2 / 100
    return value, np.stack([x, y * (y**2 - 1) / 25], axis=-1)


def plateau(w):
    hole = np.exp(-np.sum(w**2, axis=-1, keepdims=True) / 2)
    return 1 - hole[..., 0], w * hole


# %% [markdown]
# We count the steps until a walk is below 0.001 and stays there: the median of 15 random starts,
# with the rate of the grid that is best for them together, and at most 2,000 steps. With noise
# nobody gets there; we note the mean height after 300 steps instead.
#
# **Before you run the next cells:** for each of the five troubles, name the rule that you would
# take.


# %%
def steps_needed(rule, landscape, starts, most=2000):
    """Return the median over starts (n, d) of the steps to stay below 0.001, at the best rate."""
    w = np.tile(starts, (len(RATES), 1, 1))
    moving, above, (_, g) = rule(RATES[:, None, None]), np.zeros(w.shape[:2]), landscape(w)
    with np.errstate(all="ignore"):  # rates that are too large fly off
        for step in range(1, most + 1):
            w = moving.step(w, g)
            height, g = landscape(w)
            above[~(height < 0.001)] = step
    return int(np.median(above, axis=1).min()) + 1


# %%
def height_in_noise(rule, rng, anneal, steps=300):
    """Return the mean height of 100 noisy walks in a bowl after these steps, at the best rate."""
    w, rates = np.full((len(RATES), 100, 2), 3.0), RATES[:, None, None]
    moving, curvatures = rule(rates), np.array([1.0, 10.0])
    with np.errstate(all="ignore"):
        for step in range(steps):
            moving.rate = rates * (1 + np.cos(np.pi * step / steps)) / 2 if anneal else rates
            w = moving.step(w, curvatures * w + rng.normal(size=w.shape))
        heights = np.mean(np.sum(curvatures * w**2, axis=-1) / 2, axis=1)
    return float(np.nanmin(heights))


# %%
rng = np.random.default_rng(SEED)
angles = rng.uniform(0, 2 * np.pi, 15)
around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
TROUBLES = {
    "ravine": (turned_ravine, 2 * around),
    "own rates": (own_rates_bowl, rng.uniform(0.5, 1.5, (15, 20))),
    "saddle": (saddle, around * [1, 0.001]),
    "plateau": (plateau, 4.2 * around),
}
needed = {
    name: {trouble: steps_needed(rule, *of) for trouble, of in TROUBLES.items()}
    for name, rule in RULES.items()
}
for name, rule in RULES.items():
    needed[name]["noise"] = height_in_noise(rule, rng, anneal=False)
    needed[name]["annealed"] = height_in_noise(rule, rng, anneal=True)

# %%
print(f"{'':17}" + "".join(f"{trouble:>12}" for trouble in needed["Adam"]))
for name, row in needed.items():
    print(f"{name:17}", end="")
    for trouble, found in row.items():
        star = "*" if 2 * found <= needed["gradient descent"][trouble] else " "
        print(f"{found:>11.2g}{star}" if found < 1 else f"{found:>11}{star}", end="")
    print()
print("* at most half of what gradient descent has in this column")

# %%
table = {
    trouble: {name: row[trouble] for name, row in needed.items()} for trouble in needed["Adam"]
}
for trouble, column in table.items():
    plain = column.pop("gradient descent")
    table[trouble] = {name: found / plain for name, found in column.items()}
assert table["ravine"]["Nesterov"] < 0.5 and table["ravine"]["Adam"] > 0.4
assert min(table["ravine"][name] for name in ("AdaGrad", "RMSProp", "AdaDelta")) > 1
assert max(table["own rates"][name] for name in ("AdaGrad", "Adam")) < 0.25
assert max(table[trouble]["Adam"] for trouble in ("saddle", "plateau")) < 0.6
assert min(RULES, key=lambda name: needed[name]["noise"]) == "AdaGrad"
assert max(needed[n]["annealed"] / needed[n]["noise"] for n in RULES if n != "AdaDelta") < 0.9

# %% [markdown]
# Read it by columns.
#
# - **Ravine.** Momentum is the remedy, Nesterov's the better one. The three rules that only give
#   each parameter a rate of its own are slower than gradient descent: this ravine does not lie
#   along an axis, and they see axes only.
# - **Own rates.** Here the trouble does lie along the axes, and AdaGrad and Adam need less than a
#   quarter of the steps. AdaGrad's rates fall for ever, which is right in a bowl.
# - **Saddle and plateau.** Small gradients, divided by their own size, are not small any more. Adam
#   gets across, and so does momentum.
# - **Noise.** A rate that falls is the remedy, for nearly every rule. AdaGrad's falls by itself:
#   without annealing it comes nearest.
#
# Lectures often give Adam all the ticks. It earns most of them. It has no tick in the turned
# ravine.
#
# ### Real gradients
#
# Toys allow 2,000 steps and have no noise of batches. So the same race on a network: 3 × 3
# convolution with 8 filters, ReLU, max pooling, softmax; digits of 8 × 8 pixels. Each rule gets
# five rates, a factor of about 3 apart, around its usual one; for each rate the same four seeds.
# That is 140 networks.
#
# They learn **side by side**: every weight has one axis more, in front, for the network. The
# gradient of the sum of all losses holds each network's own gradient, since they share no weight.
# And your rules work elementwise, so one object steps them all.
#
# **Before you run the next cells:** by what factor will the loss of the worst rule lie above that
# of the best, if each has its best rate? And that of a rule's worst rate above its best?

# %%
import tensorflow as tf

digits8, labels8 = datasets.digits()
order = np.random.default_rng(SEED).permutation(len(digits8))
x8, labels8 = digits8[order].reshape(-1, 64), labels8[order].astype("int32")
windows = np.lib.stride_tricks.sliding_window_view(digits8[order], (3, 3), axis=(1, 2))
windows = windows.reshape(len(order), 36, 9)  # for each image its 6 x 6 windows, as rows


# %%
def scores(weights, x):
    """Return scores (networks, batch, 10). x: windows (batch, 36, 9)."""
    K, b, W, c = weights
    h = tf.nn.relu(tf.matmul(tf.reshape(x, (1, -1, 9)), K) + b)
    h = tf.reshape(h, (len(K) * len(x), 3, 2, 3, 2, K.shape[-1]))
    return tf.matmul(tf.reshape(tf.reduce_max(h, axis=(2, 4)), (len(K), len(x), -1)), W) + c


# %%
@tf.function(reduce_retracing=True)
def losses_and_gradients(weights, x, t):
    """Return the losses (networks,) and the gradient of each weight, of its shape."""
    with tf.GradientTape() as tape:
        tape.watch(weights)
        z = scores(weights, x)
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(
            tf.repeat(t[None], tf.shape(z)[0], axis=0), z
        )
        loss = tf.reduce_mean(each, axis=1)
    return loss, tape.gradient(loss, weights)


# %%
def first_weights(seeds, copies):
    """Return the weights of copies * seeds networks: the same `seeds` ones, `copies` times."""
    rng = np.random.default_rng(SEED)
    K = rng.normal(size=(seeds, 9, 8)) * np.sqrt(2 / 9)
    W = rng.normal(size=(seeds, 72, 10)) * np.sqrt(1 / 72)
    shapes = K, np.zeros((seeds, 1, 8)), W, np.zeros((seeds, 1, 10))
    return [np.tile(w, (copies, 1, 1)).astype("float32") for w in shapes]


# %%
def learn_side_by_side(make_rule, weights, steps=150):
    """Train networks side by side on 1,000 digits, in batches of 32; return losses (steps,
    networks) and the weights. make_rule: makes a rule for one array of weights."""
    rng, rules, losses = np.random.default_rng(SEED), [make_rule() for _ in weights], []
    for _ in range(steps):
        chosen = rng.integers(0, 1000, 32)
        loss, gradients = losses_and_gradients(weights, windows[chosen], labels8[chosen])
        losses.append(loss.numpy())
        pairs = zip(rules, weights, gradients, strict=True)
        weights = [rule.step(w, g.numpy()).astype("float32") for rule, w, g in pairs]
    return np.array(losses), weights


# %%
USUAL = dict(zip(RULES, (0.3, 0.1, 0.1, 0.1, 0.01, 10, 0.01), strict=True))
SEEDS = 4
raced = {}
for name, rule in RULES.items():
    rates = USUAL[name] * 10.0 ** np.arange(-1, 1.1, 0.5)
    per_network = np.repeat(rates, SEEDS)[:, None, None]
    losses, _ = learn_side_by_side(
        lambda rule=rule, rate=per_network: rule(rate), first_weights(SEEDS, len(rates))
    )
    raced[name] = rates, losses.reshape(len(losses), len(rates), SEEDS)

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2, width=9.5, height=4.2)
best = {}
for (name, (rates, losses)), style in zip(raced.items(), "os^Dvxp", strict=True):
    late = np.minimum(losses[-30:].mean(axis=0), 10)  # (rates, seeds)
    error = late.std(axis=1, ddof=1) / np.sqrt(SEEDS)
    left.errorbar(
        rates / USUAL[name], late.mean(axis=1), error, marker=style, capsize=2, label=name
    )
    best[name] = late[late.mean(axis=1).argmin()]
    smooth = losses[:, late.mean(axis=1).argmin()].mean(axis=1).reshape(-1, 10).mean(axis=1)
    right.plot(np.arange(5, 150, 10), smooth, marker=style, markersize=4)
left.set(xscale="log", yscale="log", xlabel="rate / usual rate", ylabel="loss, last 30 steps")
right.set(yscale="log", xlabel="step", ylabel="loss", title="each at its best rate")
left.set_title("five rates for each rule")
fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
plots.show(
    fig,
    alt="Left: the loss at the end against the rate, for seven rules, with error bars: each curve "
    "has a lowest place, and a factor of ten away from it the loss is several times as high. "
    "Right: the loss against the step, each rule at its best rate: the seven curves fall close "
    "together, gradient descent among the slower ones.",
)

# %%
for name, found in best.items():
    print(f"{name:17} {found.mean():.3f} ± {found.std(ddof=1) / np.sqrt(SEEDS):.3f}", end="   ")
    print(f"worst of the five rates: {np.nanmax(raced[name][1][-30:].mean(axis=(0, 2))):.2f}")
means = {name: found.mean() for name, found in best.items()}
assert means["gradient descent"] > 1.2 * min(means.values()) and max(means.values()) < 0.5
assert all(
    np.nanmax(losses[-30:].mean(axis=(0, 2))) > 4 * means[n] for n, (_, losses) in raced.items()
)

# %% [markdown]
# On real gradients, too, plain descent is not the winner. But look at the two pictures together.
# From the best rule to the worst is a factor of about two, if each has its best rate. From a rule's
# best rate to its worst is a factor of more than four. **Tune the rate before you change the
# rule**; and distrust a comparison in which only one side was tuned.

# %% [markdown]
# ## 3. Something feels terribly wrong here
#
# A colleague sends you this loop. It trains a linear model, $x W$, by gradient descent with a rate
# that falls from epoch to epoch. It gives the right weights. "But it gets slower and slower", they
# say, "and I cannot find out why." (This section is about TensorFlow itself. It uses it directly,
# and so runs the same whatever backend Keras has.)


# %%
def broken(loss, W, x, t, batch, rates):
    """Train W, one epoch with each rate; return the weights and the mean loss of all steps."""
    W, history = tf.Variable(W), []
    for rate in rates:
        for start in range(0, len(x), batch):

            @tf.function
            def step(x, t, rate, history):
                with tf.GradientTape() as tape:
                    error = loss(W, x, t)
                W.assign_sub(rate * tape.gradient(error, W))
                return error, tf.add_n([error, *history]) / (len(history) + 1)

            part = slice(start, start + batch)
            error, mean = step(x[part], t[part], rate, history)
            history.append(error)
    return W.numpy(), float(mean)


# %% [markdown]
# `tf.function` makes a **graph** from the Python function: at the first call it runs the Python
# code once, notes down every operation (this is called **tracing**), and from then on runs the
# graph, without Python. That pays if a graph is used again. A graph is used again only
#
# - by the same `tf.function` object,
# - for tensors and arrays of the same shape and dtype,
# - and for the *same Python values*: a Python number is built into the graph as a constant.
#
# Since the Python code runs only while tracing, a line of Python in the loss counts the traces, and
# notes when they happen:


# %%
class TimedLoss:
    """The mean squared error, and the moments at which Python ran it."""

    def __init__(self):
        self.moments = []

    def __call__(self, W, x, t):
        self.moments.append(time.perf_counter())
        return tf.reduce_mean((tf.matmul(x, W) - t) ** 2)


# %%
rng = np.random.default_rng(SEED)
x_line = rng.normal(size=(70, 3)).astype("float32")
t_line = (x_line @ [[1], [-2], [0.5]] + 0.1 * rng.normal(size=(70, 1))).astype("float32")
W_line, rates_line = np.zeros((3, 1), "float32"), [0.1 * 0.9**epoch for epoch in range(10)]

# %%
import cProfile
import pstats

timed, profile = TimedLoss(), cProfile.Profile()
profile.enable()
W_broken, mean_broken = broken(timed, W_line, x_line, t_line, 16, rates_line)
profile.disable()
slow = np.diff(timed.moments) * 1000

# %%
calls = pstats.Stats(profile).get_stats_profile().func_profiles
whole = calls["broken"].cumtime
tracing = calls["trace_function"]
print(f"{'steps':28} {len(rates_line) * 5}")
print(f"{'traces':28} {len(timed.moments)}")
print(f"{'share of the time in tracing':28} {tracing.cumtime / whole:.0%}")
print(f"{'first ten steps':28} {np.median(slow[:10]):.0f} ms each")
print(f"{'last ten steps':28} {np.median(slow[-10:]):.0f} ms each")

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5, height=3.2)
ax.plot(np.arange(2, len(slow) + 2), slow, "o", markersize=4)
ax.set(xlabel="step", ylabel="time (ms)", ylim=(0, 2.5 * np.median(slow[-10:])))
plots.show(
    fig,
    alt="The time of each step of the loop against its number: a cloud of points that rises from "
    "left to right; the last steps take more than the first.",
)
assert len(timed.moments) == len(rates_line) * 5 and tracing.cumtime > 0.5 * whole
assert np.median(slow[-10:]) > 1.15 * np.median(slow[:10])

# %% [markdown]
# The numbers say it: as many traces as steps, and most of the time goes into tracing. This is the
# disease of the lecture's loop, which added `tf.assign` operations to its graph at every step: the
# program grows while it runs. Today it has three forms, and this loop has all of them:
#
# 1. something is **built inside the loop** that should be built once: a `tf.function`, a model, an
#    optimizer;
# 2. a compiled function is **traced again** because a Python number changes, or a shape (the last
#    batch of an epoch is smaller);
# 3. a **list of tensors grows**, goes into the graph, and the graph grows with it.

# %% [markdown]
# ### Exercise 4: `mended` (3 points, 25 minutes, hard)
#
# Copy the body of `broken` and mend the three faults. It must return the same two things, and
# Python must run `loss` exactly once, whatever the number of batches, rates and examples. (The last
# batch may be smaller: `input_signature=[tf.TensorSpec([None, 3], tf.float32), ...]` names a free
# size by `None`. `reduce_retracing` will not do, it traces twice.)


# %%
def mended(loss, W, x, t, batch, rates):
    """Train W by gradient descent, one epoch with each rate, and trace only once.

    loss: a function of a variable W and tensors x and t, to a number. W: float32 (3, 1), the first
    weights. x: float32 (examples, 3). t: float32 (examples, 1). batch: examples of a step, in the
    order in which they stand; the last batch of an epoch has what is left. rates: a list of Python
    floats, one for each epoch. W, x and t stay as they are.
    Returns a tuple: the weights at the end, an array (3, 1), and the mean over all steps of the
    loss before the step, a float.
    """
    ### BEGIN SOLUTION
    W, total, steps = tf.Variable(W), 0.0, 0
    rows = tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([None, 1], tf.float32)

    @tf.function(input_signature=[*rows, tf.TensorSpec([], tf.float32)])
    def step(x, t, rate):
        with tf.GradientTape() as tape:
            error = loss(W, x, t)
        W.assign_sub(rate * tape.gradient(error, W))
        return error

    for rate in rates:
        for start in range(0, len(x), batch):
            part = slice(start, start + batch)
            total += float(step(x[part], t[part], tf.constant(rate)))
            steps += 1
    return W.numpy(), total / steps
    ### END SOLUTION


lab.check("mended", mended)

# %% [markdown]
# The same weights, in how much less time?

# %%
again = TimedLoss()
start = time.perf_counter()
W_mended, mean_mended = mended(again, W_line, x_line, t_line, 16, rates_line)
fast = (time.perf_counter() - start) / (len(rates_line) * 5) * 1000
print(f"traces {len(again.moments)}; same weights: {np.allclose(W_mended, W_broken, atol=1e-5)}")
print(f"{np.median(slow) / fast:.0f} times as fast, the one trace included")
assert len(again.moments) == 1 and np.allclose(W_mended, W_broken, atol=1e-5)
assert abs(mean_mended - mean_broken) < 1e-5 and np.median(slow) > 3 * fast

# %% [markdown]
# `model.fit` has none of the three faults, and TensorFlow warns after five traces. Where you write
# a loop of your own, count the traces.

# %% [markdown]
# ## 4. Overfitting and its remedies
#
# So far we looked at the loss on the training examples. What counts is the error on others. To see
# overfitting, few labels are needed, and something that is not worth learning: 500 digits of MNIST,
# and **one label in five is false**. (Images are averaged to 14 × 14 pixels.) The network has two
# layers of 100 ReLU units, the second beside a shortcut as in a ResNet, and 10 scores.
#
# `remedies.learn` trains several networks side by side, as above, each with a seed of its own for
# its examples, its false labels and its weights. 500 more digits serve to choose by, and 2,000
# others to **validate**; their labels are true.
#
# **Before you run the next cell:** draw the training and the validation error over 40 epochs.

# %%
from course_utils.experiments import remedies

(images, labels), (images_test, labels_test) = datasets.mnist()
small14 = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
FIVE = list(range(5 * SEED, 5 * SEED + 5))

runs = {"none": remedies.learn((small14, labels), FIVE, false_labels=0.2)}
curve = runs["none"].curves[:, 1]  # validation error: (epochs, seeds)
low, end = curve.min(axis=0).mean(), curve[-1].mean()
trained = np.mean([errors.training for errors in runs["none"].errors])
print(f"training error at the end {trained:.1%}")
print(f"validation error: lowest {low:.1%}, at the end {end:.1%}")
assert trained < 0.05 and end > low + 0.03

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
for seed, line in enumerate(curve.T):
    ax.plot(range(1, 41), line, color=plots.PALETTE["sky"], lw=1, label="" if seed else "each seed")
ax.plot(range(1, 41), curve.mean(axis=1), color=plots.PALETTE["vermillion"], label="mean of five")
ax.axhline(trained, color="black", linestyle=":", label="training error at the end")
ax.set(xlabel="epoch", ylabel="validation error", ylim=(0, None))
ax.legend()
plots.show(
    fig,
    alt="The validation error of five networks and its mean against the epoch: it falls within "
    "the first few epochs and then rises again to the end, far above the dotted line of the "
    "training error, which is near 0.",
)

# %% [markdown]
# On the left the network **underfits**: both errors are high. On the right it **overfits**: it has
# learned the false labels by heart, and pays for it on digits that it has not seen.
#
# ### Early stopping
#
# The cheapest remedy: stop when the validation error has not been *below its best* for some epochs
# (the **patience**), and take back the weights of the best epoch.

# %% [markdown]
# ### Exercise 5: `stopped` (2 points, 15 minutes, medium)
#
# Complete the class. Then, in `stopped` below it, count the epochs and stop when you are told to:
# it is what the check calls. Mind that training changes the weights *in place*.


# %%
class EarlyStopping:
    """Says when to stop, and keeps the best weights.

    patience: epochs without a new lowest error after which training stops, 1 or more.
    """

    def __init__(self, patience):
        self.patience = patience
        self.best_error, self.best_weights = np.inf, None
        self.waited = 0

    def update(self, error, w):
        """Note an epoch; return True if training has to stop now, else False.

        error: the validation error after the epoch. w: the weights, a float array, which the next
        epoch will change. An error equal to the lowest so far is no new lowest.
        """
        ### BEGIN SOLUTION
        self.waited += 1
        if error < self.best_error:
            self.best_error, self.best_weights = error, w.copy()
            self.waited = 0
        return self.waited >= self.patience
        ### END SOLUTION


def stopped(errors, patience):
    """Train until told to stop or to the end; return the epochs that were run and the weights."""
    w, stopping = np.zeros(2), EarlyStopping(patience)
    epochs = 0  # how many were run
    for error in errors:
        w += [1.0, 0.1]  # what stands for an epoch of training
        ### BEGIN SOLUTION
        epochs += 1
        if stopping.update(error, w):
            break
        ### END SOLUTION
    return epochs, stopping.best_weights


lab.check("stopped", stopped)

# %% [markdown]
# Keras's callback of the same name, driven by the same errors, must agree. So we hand it the curves
# of our networks.


# %%
def stopped_by_keras(errors, patience):
    """The same by Keras's callback: it is told the error after each epoch."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    callback = keras.callbacks.EarlyStopping(
        "error", patience=patience, mode="min", restore_best_weights=True
    )
    callback.set_model(model)
    callback.on_train_begin()
    w, epoch, model.stop_training = 0.0, 0, False
    while epoch < len(errors) and not model.stop_training:
        epoch, w = epoch + 1, w + 1
        model.set_weights([np.full((1, 1), w), np.full(1, w / 10)])
        callback.on_epoch_end(epoch - 1, {"error": errors[epoch - 1]})
    callback.on_train_end()
    return epoch, np.ravel([*map(np.ravel, model.get_weights())])


# %%
for patience in (1, 3, 5):
    for line in curve.T:
        ours, theirs = stopped(line, patience), stopped_by_keras(line, patience)
        assert ours[0] == theirs[0] and np.allclose(ours[1], theirs[1])
epochs = [stopped(line, 5)[0] for line in curve.T]
print("with a patience of 5 the five networks stop after epoch", *epochs)
assert max(epochs) < 40

# %% [markdown]
# ### L2, L1, and decay
#
# Add to the loss what large weights cost: $\lambda \sum w^2$ (L2) or $\lambda \sum |w|$ (L1). Their
# gradients are $2 \lambda w$, in proportion to the weight, and $\lambda \, \mathrm{sign}(w)$, the
# same push for all. By hand, and by `keras.regularizers`:

# %%
from course_utils.interpret import insight

W_some = np.random.default_rng(SEED).normal(size=(4, 3)).astype("float32")
by_hand = {
    "L2": (0.01 * np.sum(W_some**2), 2 * 0.01 * W_some),
    "L1": (0.01 * np.sum(np.abs(W_some)), 0.01 * np.sign(W_some)),
}
for name, (penalty, gradient) in by_hand.items():
    regularizer = getattr(keras.regularizers, name)(0.01)
    of_keras = float(regularizer(keras.ops.convert_to_tensor(W_some)))
    apart = np.abs(insight.gradient(regularizer, W_some) - gradient).max()
    print(
        f"{name}: penalty {of_keras:.4f}, by hand {penalty:.4f};",
        f"the gradients differ by {apart:.0e}",
    )
    assert abs(of_keras - penalty) < 1e-6 and apart < 1e-7

# %% [markdown]
# **Before you run the next cells:** what will the histogram of the first layer's weights look like
# with L2, and what with L1?

# %%
for name, strength in (("L2", 0.01), ("L1", 0.001)):
    runs[name] = remedies.learn((small14, labels), FIVE, name, strength, false_labels=0.2)
kernels = {name: np.ravel(run.model.layers[1].get_weights()[0]) for name, run in runs.items()}

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 3, width=9, height=2.8, sharey=True)
for ax, (name, kernel) in zip(axes, kernels.items(), strict=True):
    ax.hist(kernel, bins=np.linspace(-0.4, 0.4, 81))
    ax.set(yscale="log", xlabel="weight", title=name)
axes[0].set_ylabel("how many")
plots.show(
    fig,
    alt="Histograms of the first layer's weights, counts on a logarithmic scale. Without a remedy "
    "they are spread wide. With L2 they form a narrower hill with a peak at 0. With L1 nearly all "
    "stand in one sharp peak at 0, and a few remain far away from it.",
)

# %%
for name, kernel in kernels.items():
    tiny = np.mean(np.abs(kernel) < 0.005)
    error = np.mean([errors.validation for errors in runs[name].errors])
    print(
        f"{name:5} spread {kernel.std():.3f}; {tiny:4.0%} below 0.005; validation error {error:.1%}"
    )
tiny = {name: np.mean(np.abs(kernel) < 0.005) for name, kernel in kernels.items()}
assert kernels["L2"].std() < kernels["none"].std() and tiny["L1"] > 0.6 > 2 * tiny["none"]

# %% [markdown]
# L2 makes all weights smaller; L1 sets most of them to nearly 0 and lets a few live.
#
# **Under Adam, L2 is not what it seems.** Adam divides the gradient, the penalty's part included,
# by its usual size. So a weight with large gradients is hardly pulled to 0. **Decoupled weight
# decay** (Loshchilov and Hutter, 2019) takes the penalty out of the gradient, and shrinks all
# weights by the same factor after each step: AdamW. Two weights, both at 1. Their gradients are
# noise around 0, one 100 times as large as the other's:

# %%
noise = np.random.default_rng(SEED).normal(size=(1000, 200, 2)) * [0.1, 10]
by_l2, decoupled = np.ones((200, 2)), np.ones((200, 2))  # 200 runs side by side
adam_l2, adam = Adam(0.002), Adam(0.002)
for g in noise:
    by_l2 = adam_l2.step(by_l2, g + 2 * 0.05 * by_l2)
    decoupled = adam.step(decoupled, g) - 0.002 * 0.5 * decoupled
for name, found in (("L2 in the gradient", by_l2), ("decoupled", decoupled)):
    print(f"{name:19} means after 1,000 steps:", found.mean(axis=0).round(2))
assert by_l2.mean(axis=0)[0] < 0.3 < 0.8 < by_l2.mean(axis=0)[1]
assert np.ptp(decoupled.mean(axis=0)) < 0.1 and decoupled.mean() < 0.5

# %% [markdown]
# ### Dropout
#
# In training, each unit is left out with probability $p$, anew in every step: its output is 0. No
# unit can rely on one other (Srivastava and others, 2014). In use, all units are there, so their
# sum would be larger than in training. It is customary to make up for that **in training**: what is
# kept is divided by $1 - p$. Then in use nothing has to be done.

# %% [markdown]
# ### Exercise 6: `dropout` (2 points, 10 minutes, easy)
#
# The random numbers are given, so that all get the same: a unit is dropped where its number $u$ is
# below the rate.


# %%
def dropout(h, u, rate, training):
    """Drop units at random in training; do nothing in use.

    h: float array (batch, units). u: uniform random numbers from 0 to 1, of h's shape. rate: the
    share to drop, from 0 to below 1. training: True or False.
    Returns a new float array of h's shape: in training 0 where u < rate and h / (1 - rate)
    elsewhere; else h's numbers. h and u stay as they are.
    """
    ### BEGIN SOLUTION
    if not training:
        return h.copy()
    return np.where(u < rate, 0.0, h / (1 - rate))
    ### END SOLUTION


lab.check("dropout", dropout)

# %% [markdown]
# As a layer of your own in Keras, the same is: draw, compare, scale. `call` gets `training` from
# `fit` and from `predict`.


# %%
class OwnDropout(keras.layers.Layer):
    """Dropout, written out."""

    def __init__(self, rate):
        super().__init__()
        self.rate, self.seed_generator = rate, keras.random.SeedGenerator(SEED)

    def call(self, h, training=False):
        if not training:
            return h
        u = keras.random.uniform(keras.ops.shape(h), seed=self.seed_generator)
        return h * keras.ops.cast(u >= self.rate, h.dtype) / (1 - self.rate)


# %%
ones = np.ones((1000, 100), "float32")
for layer in (OwnDropout(0.3), keras.layers.Dropout(0.3, seed=SEED)):
    in_training = np.asarray(layer(ones, training=True))
    values, mean = np.unique(in_training.round(3)), in_training.mean()
    print(
        f"{type(layer).__name__:10} values {values}, mean in training {mean:.3f}, in use", end=" "
    )
    print(np.asarray(layer(ones)).mean())
    assert np.allclose(values, [0, 1 / 0.7], atol=1e-3) and abs(mean - 1) < 0.02

# %% [markdown]
# **DropConnect** (Wan and others, 2013) drops weights instead of units, with the same scale. Its
# relative **DropPath** drops a whole branch of a residual network, for some examples (Huang and
# others, 2016). What does DropConnect change in a dense layer? One line:


# %%
class OwnDropConnect(keras.layers.Dense):
    """A dense layer that loses weights, not units, in training."""

    def __init__(self, units, rate):
        super().__init__(units)
        self.rate, self.seed_generator = rate, keras.random.SeedGenerator(SEED)

    def call(self, h, training=False):
        if not training:
            return super().call(h)
        kept = keras.random.dropout(self.kernel, self.rate, seed=self.seed_generator)
        return keras.ops.matmul(h, kept) + self.bias


connected = OwnDropConnect(1, 0.3)
in_use = float(connected(ones[:1])[0, 0])
drawn = np.array([float(connected(ones[:1], training=True)[0, 0]) for _ in range(300)])
spread = drawn.std(ddof=1) / np.sqrt(len(drawn))
print(f"in use {in_use:.3f}; in training, mean of 300 draws {drawn.mean():.3f} ± {spread:.3f}")
assert drawn.std() > 0 and abs(drawn.mean() - in_use) < 4 * spread

# %% [markdown]
# ### Batch normalisation
#
# (Ioffe and Szegedy, 2015.) Each unit's $z$ is shifted and scaled to mean 0 and variance 1 *over
# the batch*, and then to a mean $b$ and a spread $\gamma$ that are learned:
#
# $$\hat z = \frac{z - m}{s}, \quad m = \frac{1}{n} \sum z, \quad
# s = \sqrt{\textstyle\frac{1}{n} \sum (z - m)^2 + \epsilon}, \qquad y = \gamma \hat z + b$$


# %%
def batch_norm(z, gamma, b, epsilon=1e-3):
    """Return y (batch, units), and z_hat (batch, units) and s (units,) for the way back."""
    s = np.sqrt(z.var(axis=0) + epsilon)
    z_hat = (z - z.mean(axis=0)) / s
    return gamma * z_hat + b, z_hat, s


# %% [markdown]
# The way back is the interesting part: $m$ and $s$ depend on **every** example of the batch, so the
# gradient of one example holds all others. With $\delta = dE/dy$ and $\hat\delta = \gamma \delta$,
# three ways lead from $z$ to $E$: directly, through $m$, and through $s$. The mean over the batch
# is written $\langle \; \rangle$.
#
# - directly: $\hat\delta / s$;
# - through $m$: $-\langle \hat\delta \rangle / s$, since each $z$ has its share $1/n$ in $m$;
# - through $s$: $ds/dz = \hat z / n$ and $d\hat z / ds = -\hat z / s$, which together make
#   $-\hat z \, \langle \hat\delta \, \hat z \rangle / s$.

# %% [markdown]
# ### Exercise 7: `batch_norm_backward` (3 points, 20 minutes, hard)


# %%
def batch_norm_backward(delta, gamma, z_hat, s):
    """Return dE/dz, dE/dgamma and dE/db of a batch normalisation, in training.

    delta: dE/dy, (batch, units). gamma, s: (units,). z_hat: (batch, units). All are float arrays
    and stay as they are. E is a sum over the examples, so nothing has to be divided by the batch
    but the means above. Returns a tuple of float arrays: (batch, units), (units,), (units,).
    """
    ### BEGIN SOLUTION
    d_hat = gamma * delta
    through_m = d_hat.mean(axis=0)
    through_s = z_hat * np.mean(d_hat * z_hat, axis=0)
    dz = (d_hat - through_m - through_s) / s
    return dz, np.sum(delta * z_hat, axis=0), delta.sum(axis=0)
    ### END SOLUTION


lab.check("batch_norm_backward", batch_norm_backward)

# %% [markdown]
# Against centred differences, as in lab 2, with the error $E = \sum c \, y$ for random $c$:

# %%
rng = np.random.default_rng(SEED)
z, gamma, b, c = (rng.normal(size=size) for size in ((6, 3), 3, 3, (6, 3)))
_, z_hat, s = batch_norm(z, gamma, b)
found = batch_norm_backward(c, gamma, z_hat, s)
for place, name in enumerate(("dz", "dgamma", "db")):
    numerical = np.zeros_like(found[place])
    for index in np.ndindex(numerical.shape):
        step = [np.zeros_like(a) for a in (z, gamma, b)]
        step[place][index] = 1e-5
        up, down = (
            batch_norm(z + k * step[0], gamma + k * step[1], b + k * step[2])[0] for k in (1, -1)
        )
        numerical[index] = np.sum(c * (up - down)) / 2e-5
    apart = np.linalg.norm(found[place] - numerical) / np.linalg.norm(numerical)
    print(f"{name:7} relative error against differences {apart:.0e}")
    assert apart < 1e-7

# %% [markdown]
# **In use** there may be a single example, and no batch. Then $m$ and $s$ are running means from
# training: numbers that do not change any more. The layer is a straight line, and the lecture's
# form of it shows that it can be merged into the weights before it:
#
# $$y = \gamma \, \frac{x - m}{s} + b
# = \frac{\gamma}{s} \, x + \left( b - \frac{\gamma m}{s} \right)$$

# %%
layer, dense = keras.layers.BatchNormalization(momentum=0.5), keras.layers.Dense(3)
x_batch = rng.normal(size=(50, 4)).astype("float32")
z_batch = np.asarray(dense(x_batch))
in_training = np.asarray(layer(z_batch, training=True))
layer.set_weights([gamma, b, *layer.get_weights()[2:]])
m, s = layer.get_weights()[2], np.sqrt(layer.get_weights()[3] + 1e-3)
W_merged = dense.get_weights()[0] * gamma / s
in_one = x_batch @ W_merged + (dense.get_weights()[1] - m) * gamma / s + b
ours = batch_norm(z_batch, 1.0, 0.0)[0]
print("forward as Keras's in training:", np.allclose(in_training, ours, atol=1e-4))
print("running mean, half of the way: ", np.allclose(m, z_batch.mean(axis=0) / 2, atol=1e-5))
print("two layers merged into one:    ", np.allclose(in_one, layer(z_batch), atol=1e-4))
assert np.allclose(in_training, ours, atol=1e-4) and np.allclose(
    m, z_batch.mean(axis=0) / 2, atol=1e-5
)
assert np.allclose(in_one, layer(z_batch), atol=1e-4)

# %% [markdown]
# ### All of them in one table
#
# Four more, in a line each:
#
# - **max-norm**: after each step, a unit's weights that are longer than a limit are cut to it;
# - **weight normalisation** (Salimans and Kingma, 2016): $w = g \, v / |v|$, a length and a
#   direction that are learned apart;
# - **label smoothing** (Szegedy and others, 2016): the target is not 1 for the class and 0 for the
#   others, but $1 - \epsilon + \epsilon / 10$ and $\epsilon / 10$;
# - **more data**: 2,000 digits instead of 500.
#
# Each remedy had up to three strengths, of which the 500 digits for choosing chose; ten seeds; 400
# steps for all. **These numbers are recorded** (`data/remedies.csv`, whose card says how): twice,
# with all labels true and with one in five false. The runs above are live.
#
# **Before you run the next cells:** which remedy will be best against false labels? Which will do
# most when all labels are true?

# %%
from course_utils.experiments import summaries

table = {}
for (remedy, share), rows in summaries.groups("remedies", "remedy", "false_labels").items():
    strengths = summaries.by(rows, "strength")
    chosen = min(strengths, key=lambda k: summaries.mean_and_error(strengths[k], "selection")[0])
    found = strengths[chosen]
    parts = (summaries.mean_and_error(found, part) for part in ("training", "validation"))
    table[remedy, share] = (*parts, chosen)

print("error in %, mean ± standard error of ten seeds     strength was chosen from up to three")
for share in ("0", "0.2"):
    print(f"\n{'labels false: ' + share:22}{'training':>14}{'validation':>14}{'strength':>10}")
    rows = {remedy: row for (remedy, of), row in table.items() if of == share}
    for remedy, (*parts, chosen) in sorted(rows.items(), key=lambda item: item[1][1]):
        print(f"{remedy:22}" + "".join(f"{100 * m:8.1f} ± {100 * e:.1f}" for m, e in parts), end="")
        print(f"{chosen:>10}")

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9.5, height=4.6, sharey=True)
ranked = sorted((row[1][0], remedy) for (remedy, share), row in table.items() if share == "0.2")
names = [remedy for _, remedy in reversed(ranked)]
for ax, share in zip(axes, ("0", "0.2"), strict=True):
    for part, (color, marker) in enumerate((("blue", "o"), ("vermillion", "s"))):
        found = np.array([table[remedy, share][part] for remedy in names]) * 100
        label = ("training", "validation")[part]
        ax.errorbar(
            found[:, 0], range(len(names)), xerr=found[:, 1], fmt=marker, capsize=3,
            color=plots.PALETTE[color], label=label,
        )  # fmt: skip
    ax.axvline(100 * table["none", share][1][0], color="black", linestyle=":")
    ax.set(xlabel="error (%)", title="all labels true" if share == "0" else "one label in 5 false")
axes[0].set_yticks(range(len(names)), names)
fig.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plots.show(
    fig,
    alt="Training and validation error of twelve remedies and of none, with error bars, once with "
    "true labels and once with one label in five false; a dotted line marks the validation error "
    "without a remedy. With true labels nearly all validation errors lie close to the line; only "
    "more data is far to its left. With false labels most remedies lie far to the left of it; "
    "label smoothing and the two normalisations do not.",
)

# %%
true, false = ({n: table[n, share][1][0] for n in names} for share in ("0", "0.2"))
assert min(true, key=true.get) == "more data" and true["more data"] < 0.75 * true["none"]
assert all(abs(true[n] - true["none"]) < 0.03 for n in names if n != "more data")
assert false["none"] > 1.8 * true["none"] and false["dropout"] < 0.75 * false["none"]
assert (
    false["early stopping"] < 0.85 * false["none"] and false["weight decay"] < 0.85 * false["none"]
)

# %% [markdown]
# Two tables, two morals.
#
# - **With true labels** four times as many digits help, and hardly anything else does: no other
#   remedy moves the validation error by more than three points, though the training error is 0.
#   That a network fits its training set perfectly does not mean that a remedy will help.
# - **With false labels** there is something to forget, and the remedies differ widely. Dropout,
#   decay and plain early stopping are among those that take away a good part of the damage. More
#   data, with as many false labels in it, is best again.
#
# A remedy is a bet on what is wrong with your data. Measure it on yours.

# %% [markdown]
# ## 5. More data for nothing
#
# More data was the best remedy, and labels are expensive. But a digit that is turned by ten degrees
# is the same digit. **Augmentation** makes new examples by changes that the label survives:
#
# - **affine**: turn, and stretch along $x$ and $y$;
# - **elastic** (Simard, Steinkraus and Platt, 2003): move each pixel by a random field, smoothed by
#   a Gaussian, so that neighbours move together.
#
# Cireşan and others (2010) trained plain deep networks on MNIST, no convolution at all, with new
# deformations in each epoch, and had 0.35 % errors, the best of its time. They called them deep,
# big, simple.

# %%
from course_utils.experiments import deformations
from course_utils.experiments.deformations import deformed

rng = np.random.default_rng(SEED)
SHOWN = {
    "original": {"elastic": 0, "turn": 0, "scale": 0},
    "affine": {"elastic": 0},
    "elastic": {"turn": 0, "scale": 0},
    "both": {},
    "too much": {"elastic": 5, "smoothness": 3},
}

# %% tags=["hide-input"]
fig, axes = plots.figure(4, 5, width=7, height=5)
for column, (name, options) in zip(axes.T, SHOWN.items(), strict=True):
    for number, ax in enumerate(column):
        picture = deformed(images[[3, 7, 8, 21]], rng, **options)[number]
        plots.image(ax, picture, name if number == 0 else "")
plots.show(
    fig,
    alt="Four digits in five columns: the originals; turned and stretched; bent; both; and bent so "
    "far that the strokes are torn and some digits can no longer be read.",
)

# %% [markdown]
# Five plain networks (784 – 200 – 100 – 10) learn side by side from 300 digits, once from the
# images as they are, once from images that are deformed anew in each epoch. 1,000 other digits say
# how well.
#
# Five networks also make an **ensemble**: average their probabilities. And **test-time
# augmentation** averages over some slightly deformed views of the test image (five here, ten in
# the record below).
#
# **Before you run the next cell:** order these by what they will bring: deformations in training,
# deformations in the test, five networks instead of one.


# %%
def error(answers, t):
    """Return the mean share of wrong answers. answers: probabilities (batch, members, 10)."""
    return float(np.mean(answers.argmax(axis=-1) != t[:, None]))


few, few_t, others, others_t = images[:300], labels[:300], images[3000:], labels[3000:]
live = {}
for deform in (False, True):
    training.set_seed(SEED)
    model = deformations.mlp(members=5)
    deformations.learn(model, few, few_t, deform=deform, epochs=40, seed=SEED, rate=0.003)
    plain = deformations.probabilities(model, others)
    views = deformations.averaged(model, others, np.random.default_rng(SEED), times=5)
    for way, answers in (("one network", plain), ("test-time views", views)):
        live[deform, way] = error(answers, others_t)
        live[deform, f"{way}, ensemble"] = error(answers.mean(axis=1, keepdims=True), others_t)

# %%
for deform in (False, True):
    print("trained on deformed digits" if deform else "trained on the digits as they are")
    for (of, way), found in live.items():
        if of == deform:
            print(f"    {way:27} {found:.1%}")
plain, bent = live[False, "one network"], live[True, "one network"]
assert bent < 0.7 * plain and live[True, "one network, ensemble"] < bent
assert bent < 0.8 * live[False, "one network, ensemble"]
assert min(live[of, "test-time views"] - live[of, "one network"] for of in (False, True)) > -0.01

# %% [markdown]
# With few digits, deformations in training do by far the most, and an ensemble a little. Views of
# the test image do not help these networks.
#
# **The longer run is recorded** (`data/deformations.csv`): 4,000 digits, and beside the plain
# network a convolutional one of about its size. Each fifth of the 5,000 digits was tested once. (If
# you have all of MNIST, `datasets.mnist(full=True)`, put it into the script.)

# %%
ways = ["one network", "test-time augmentation", "ensemble of 5", "both"]
recorded = {
    key: summaries.mean_and_error(rows, "error")
    for key, rows in summaries.groups("deformations", "network", "deformed", "way").items()
}
print(f"{'error in %':23}" + "".join(f"{way:>24}" for way in ways))
for network in ("MLP", "CNN"):
    for deform in ("no", "yes"):
        found = [recorded.get((network, deform, way)) for way in ways]
        texts = [f"{100 * pair[0]:.1f} ± {100 * pair[1]:.1f}" if pair else "" for pair in found]
        print(f"{network}, deformed: {deform:8}" + "".join(f"{text:>24}" for text in texts))

# %%
plain, bent = (recorded["MLP", deform, "one network"][0] for deform in ("no", "yes"))
assert bent < 0.9 * plain and recorded["MLP", "yes", "ensemble of 5"][0] < bent
assert recorded["CNN", "no", "one network"][0] < bent
assert recorded["CNN", "yes", "one network"][0] < recorded["CNN", "no", "one network"][0]
assert recorded["MLP", "no", "test-time augmentation"][0] > 0.95 * plain

# %% [markdown]
# Deformed digits help the plain network most, since it has no idea that a digit may move. The CNN
# is built on that idea: without one deformed digit it is better than the plain network with all of
# them, and they help it too. An ensemble takes a little more off. Test-time augmentation brings
# nothing to networks that never saw a deformed digit. (Cireşan's networks had ten times the units,
# fifteen times the digits, and hundreds of epochs.)

# %% [markdown]
# ## 6. Several tasks at once
#
# A face has an identity, and an age, a pose, a smile. A network that must say several of these
# learns one description for all. The losses are added, with weights:
#
# $$E = \sum_k \lambda_k E_k$$
#
# Our tasks: MNIST digits, each turned by up to 60 degrees. **Which digit** is it (cross-entropy),
# and **how far is it turned** (squared error of the angle, in units of 60 degrees)? The network has
# a common **trunk**, and a **head** for each task.

# %% [markdown]
# ### Exercise 8: `two_heads` (2 points, 15 minutes, medium)
#
# A Functional model with two outputs. It is compiled further below.


# %%
def two_heads(features, units, classes):
    """Return a Keras model with a trunk and two heads.

    The input has the shape (features,). The trunk: two dense layers of `units` ReLU units each.
    Both heads are dense layers on the end of the trunk: one of `classes` softmax units, one of a
    single linear unit. features, units, classes: integers. The model's outputs are a list of two,
    the softmax first.
    """
    ### BEGIN SOLUTION
    x = keras.Input((features,))
    first = keras.layers.Dense(units, activation="relu")(x)
    trunk = keras.layers.Dense(units, activation="relu")(first)
    digit = keras.layers.Dense(classes, activation="softmax", name="digit")(trunk)
    angle = keras.layers.Dense(1, name="angle")(trunk)
    return keras.Model(x, [digit, angle])
    ### END SOLUTION


lab.check("two_heads", two_heads)

# %% [markdown]
# In Keras a model with two outputs gets two losses and their weights from `compile`:

# %%
from course_utils.models.ensemble import EnsembleDense


def turned(images, rng, most=60):
    """Return images turned by angles from -most to most degrees, averaged to 14 x 14 and as rows
    (batch, 196), and the angles in units of `most` (batch,)."""
    angle = rng.uniform(-most, most, len(images))
    y, x = np.mgrid[:28, :28] - 13.5
    cos, sin = np.cos(np.radians(angle))[:, None, None], np.sin(np.radians(angle))[:, None, None]
    rows, columns = np.rint(cos * y - sin * x + 13.5), np.rint(sin * y + cos * x + 13.5)
    inside = (rows >= 0) & (rows < 28) & (columns >= 0) & (columns < 28)
    rows, columns = (np.clip(place, 0, 27).astype(int) for place in (rows, columns))
    moved = np.where(inside, images[np.arange(len(images))[:, None, None], rows, columns], 0)
    x = moved.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    return x.astype("float32"), (angle / most).astype("float32")


# %%
x_turned, angles = turned(images, np.random.default_rng(SEED))
training.set_seed(SEED)
model = two_heads(196, 64, 10)
model.compile("adam", ["sparse_categorical_crossentropy", "mse"], loss_weights=[1.0, 1.0])
model.fit(x_turned[:1000], [labels[:1000], angles[:1000]], batch_size=50, epochs=3, verbose=0)
digit, angle = model.predict(x_turned[2000:], verbose=0)
print(
    f"after three epochs: {np.mean(digit.argmax(axis=1) != labels[2000:]):.0%} wrong digits,",
    end=" ",
)
print(f"angle off by {60 * np.mean(np.abs(angle[:, 0] - angles[2000:])):.0f} degrees on average")

# %% [markdown]
# ### Which weights?
#
# - **By trial**: train with many $\lambda$ for the angle, and look. We do it side by side: eight
#   values, four seeds each.
# - **By uncertainty** (Kendall, Gal and Cipolla, 2018): a task that stays noisy should count less.
#   Let $\sigma_k^2$ be the noise of task $k$, learn $s_k = \log \sigma_k^2$ with the weights, and
#   minimise $e^{-s_1} E_1 + s_1 / 2 + \frac{1}{2} (e^{-s_2} E_2 + s_2)$. A large $\sigma_k$ makes
#   $E_k$ count less, and the terms $s_k$ keep it from growing for ever.
#
# Beside them each task alone: $\lambda = 0$, and a network that learns the angle only.
# (`EnsembleDense` is a dense layer whose kernel has an axis more, in front, for the network: a
# batch of shape (batch, networks, inputs) becomes (batch, networks, units).)
#
# **Before you run the next cells:** will the digits gain from the second task, or lose?

# %%
LAMBDAS = [0, 0.1, 0.3, 1, 3, 10, 30, 100]
NAMES = [*(f"{value:g}" for value in LAMBDAS), "angle only", "uncertainty"]
of_digit = np.repeat([1.0] * 8 + [0.0, 0.0], SEEDS).astype("float32")
of_angle = np.repeat([*LAMBDAS, 1.0, 0.0], SEEDS).astype("float32")
uncertain = np.repeat([0.0] * 9 + [1.0], SEEDS).astype("float32")
training.set_seed(SEED)
x = keras.Input((196,))
h = keras.layers.RepeatVector(len(of_digit))(x)
for _ in range(2):
    h = EnsembleDense(64, activation="relu")(h)
many = keras.Model(x, [EnsembleDense(10)(h), EnsembleDense(1)(h)])
s = keras.Variable(np.zeros((2, len(of_digit)), "float32"))


# %%
def cross_entropy(t, z):
    """Return the mean cross-entropy of each network. z: its scores, (batch, networks, 10)."""
    target = keras.ops.repeat(t[:, None], z.shape[1], axis=1)
    each = keras.ops.sparse_categorical_crossentropy(target, z, from_logits=True)
    return keras.ops.mean(each, axis=0)


def task_loss(x, t, angle):
    """Return the loss of each network."""
    z, y = many(x)
    E1 = cross_entropy(t, z)
    E2 = keras.ops.mean((y[..., 0] - angle[:, None]) ** 2, axis=0)
    learned = keras.ops.exp(-s[0]) * E1 + s[0] / 2 + (keras.ops.exp(-s[1]) * E2 + s[1]) / 2
    return of_digit * E1 + of_angle * E2 + uncertain * learned


variables = [*many.trainable_variables, s]
task_step = training.compiled_step(task_loss, variables, keras.optimizers.Adam(0.002))


# %%
rng = np.random.default_rng(SEED)
for _ in range(25):
    for chosen in rng.permutation(1000).reshape(-1, 50):
        task_step(x_turned[chosen], labels[chosen], angles[chosen])
z, y = (np.asarray(part) for part in many(x_turned[2000:]))
wrong = np.mean(z.argmax(axis=-1) != labels[2000:, None], axis=0).reshape(-1, SEEDS)
off = 60 * np.mean(np.abs(y[..., 0] - angles[2000:, None]), axis=0).reshape(-1, SEEDS)
print("lambda of the angle    wrong digits      angle off by")
for name, *parts in zip(NAMES, 100 * wrong, off, strict=True):
    texts = [f"{part.mean():.1f} ± {part.std(ddof=1) / np.sqrt(SEEDS):.1f}" for part in parts]
    print(f"{name:20}{texts[0]:>14} %{texts[1]:>14} degrees")

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5, height=3.8)
for index, name in enumerate(NAMES):
    if name not in ("0", "angle only"):
        by_uncertainty = name == "uncertainty"
        color = plots.PALETTE["vermillion" if by_uncertainty else "blue"]
        points = off[index], 100 * wrong[index]
        spread = [part.std(ddof=1) / np.sqrt(SEEDS) for part in points]
        middle = [part.mean() for part in points]
        ax.errorbar(
            *middle, spread[1], spread[0], fmt="*" if by_uncertainty else "o", color=color,
            markersize=12 if by_uncertainty else 7,
            label="by uncertainty" if by_uncertainty else None,
        )  # fmt: skip
        if not by_uncertainty:  # every other one below its point, since neighbours lie close
            place = (6, 6) if index % 2 else (2, -15)
            ax.annotate(name, middle, xytext=place, textcoords="offset points")
ax.axhline(100 * wrong[0].mean(), color="black", linestyle=":", label="digit only")
ax.axvline(off[8].mean(), color="black", linestyle="--", label="angle only")
ax.set(xlabel="angle off by (degrees)", ylabel="wrong digits (%)")
ax.margins(y=0.08)  # room for the labels below
ax.legend()
plots.show(
    fig,
    alt="Wrong digits against the error of the angle, a point with error bars for each weight of "
    "the angle's loss: from the lower right, at a small weight, a curve bends to the left and then "
    "steeply up. Dotted and dashed lines mark what each task reaches alone; the points of medium "
    "weight lie near the corner of the two, and so does the star of the weights by uncertainty.",
)

# %%
digit_only, angle_only, one = wrong[0].mean(), off[8].mean(), LAMBDAS.index(1)
assert abs(wrong[one].mean() - digit_only) < 0.03 and off[one].mean() < angle_only + 3
assert wrong[7].mean() > digit_only + 0.05 and off[7].mean() < off[1].mean()
assert min(part.mean() for part in wrong) > digit_only - 0.02
assert wrong[9].mean() < digit_only + 0.04 and off[9].mean() < angle_only + 5

# %% [markdown]
# At $\lambda = 1$ one network does both tasks about as well as two networks would: wrong digits
# within three points of the specialist, the angle within three degrees. With $\lambda = 100$ the
# digits pay for the angle. The weights by uncertainty land in the good region without a search;
# they do not beat it. And more than that the second task does not bring here: the specialist for
# digits is not beaten clearly either. Several tasks in one network save computing; whether they
# also *teach* each other has to be measured.
#
# ### Auxiliary heads
#
# Several losses can also serve one task. GoogLeNet (Szegedy and others, 2015) has two more
# classifiers on layers in the middle, with the same targets and a weight of 0.3, and throws them
# away after training. They were meant against vanishing gradients: the lower layers get an error
# from near by. In GoogLeNet itself others took that job. So try it where lab 2 left us: twelve
# layers of logistic units.

# %%
DEPTH = 12
weight = np.repeat([0.0, 0.3], 5).astype("float32")  # five seeds without the heads, five with them
training.set_seed(SEED)


class Plain(keras.initializers.Initializer):
    """Normal weights (members, inputs, units) of variance 1 / inputs."""

    def __call__(self, shape, dtype=None):
        return keras.random.normal(shape, stddev=shape[1] ** -0.5, dtype=dtype)


# %%
x, heads = keras.Input((64,)), []
h = keras.layers.RepeatVector(len(weight))(x)
for layer in range(1, DEPTH + 1):
    h = EnsembleDense(30, activation="sigmoid", kernel_initializer=Plain())(h)
    if layer % 4 == 0:
        heads.append(EnsembleDense(10, kernel_initializer=Plain())(h))
deep = keras.Model(x, heads)


# %%
def deep_loss(x, t):
    """Return the loss of each network, and the part of it that its last head has."""
    low, middle, last = (cross_entropy(t, z) for z in deep(x))
    return last + weight * (low + middle), last


variables = deep.trainable_variables
deep_step = training.compiled_step(deep_loss, variables, keras.optimizers.Adam(0.003))


# %%
rng, noted = np.random.default_rng(SEED), []
for _ in range(25):
    for chosen in rng.permutation(1000).reshape(-1, 50):
        (_, last), gradients = deep_step(x8[chosen], labels8[chosen])
        length = keras.ops.norm(gradients[0], axis=(1, 2))  # of the first layer's gradient
        noted.append([keras.ops.convert_to_numpy(part) for part in (last, length)])
curves = np.array(noted).reshape(25, 20, 2, 2, 5).mean(axis=1)  # epoch, what, without/with, seed
for index, name in enumerate(("without", "with")):
    lengths, last = curves[0, 1, index], curves[-1, 0, index]
    print(
        f"{name:8} auxiliary heads: first layer's gradient {lengths.mean():.0e}, loss at the end",
        end=" ",
    )
    print(f"{last.mean():.2f} ± {last.std(ddof=1) / np.sqrt(5):.2f}")
assert curves[0, 1, 1].min() > 100 * curves[0, 1, 0].max()
assert curves[-1, 0, 0].min() > 2.2 and curves[-1, 0, 1].max() < 2

# %% [markdown]
# Without the heads, the loss stays at $\ln 10 = 2.30$, that of guessing. With them the first layer
# gets a gradient that is more than a hundred times as long, and the *last* head learns too. (Lab
# 2's remedies, ReLU and weights of the right size, or the shortcuts of lab 3, do more. They came
# later.)

# %% [markdown]
# ## 7. Margins and losses
#
# Is cross-entropy the only loss for a classifier? Take two classes, $t = \pm 1$, and one score $y$.
# The **margin** $t \, y$ is positive where the sign is right, and large where it is clearly right.
# What we want to count, 0/1 loss, is a step: its slope is 0 nearly everywhere, so nothing can
# follow it. Each loss below lies above it and has a slope:
#
# | loss | of the margin $m$ | used by |
# |---|---|---|
# | hinge | $\max(0, 1 - m)$ | support vector machine |
# | squared hinge | $\max(0, 1 - m)^2$ | a smoother one |
# | exponential | $e^{-m}$ | AdaBoost |
# | logistic | $\log_2(1 + e^{-m})$ | logistic regression, cross-entropy |

# %%
MARGIN_LOSSES = {  # value and slope
    "hinge": (lambda m: np.maximum(0, 1 - m), lambda m: -1.0 * (m < 1)),
    "squared hinge": (lambda m: np.maximum(0, 1 - m) ** 2, lambda m: -2 * np.maximum(0, 1 - m)),
    "exponential": (lambda m: np.exp(-m), lambda m: -np.exp(-m)),
    "logistic": (
        lambda m: np.logaddexp(0, -m) / np.log(2),
        lambda m: -1 / (1 + np.exp(m)) / np.log(2),
    ),
}
m = np.linspace(-2.5, 2.5, 201)
assert all(np.all(value(m) >= (m < 0)) for value, _ in MARGIN_LOSSES.values())

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
ax.step(m, m < 0, color="black", linewidth=2, label="0/1")
for (name, (value, _)), style in zip(MARGIN_LOSSES.items(), ("-", "--", "-.", ":"), strict=True):
    ax.plot(m, value(m), style, label=name)
ax.set(xlabel="margin $m = t y$", ylabel="loss", ylim=(-0.1, 5))
ax.legend()
plots.show(
    fig,
    alt="Five losses against the margin from -2.5 to 2.5. The 0/1 loss is a step from 1 to 0 at 0. "
    "All others lie on or above it. Hinge: a straight line that falls to 0 at 1 and stays there. "
    "Squared hinge: a parabola to the same point. Logistic: like a rounded hinge. Exponential: by "
    "far the steepest on the left.",
)

# %% [markdown]
# A linear classifier with each of them: is it a 3 or an 8? 200 digits of 8 × 8 pixels, ten seeds
# side by side, the same 400 steps of Adam. Once with true labels, and once with one label in ten
# turned around.
#
# **Before you run the next cell:** which of the four will suffer most from a false label, whose
# margin is large and negative?

# %%
binary = np.isin(labels8, (3, 8))
x_binary = np.hstack([x8[binary], np.ones((binary.sum(), 1))])  # a 1 for the bias
t_binary = np.where(labels8[binary] == 3, 1.0, -1.0)


# %%
def linear_errors(slope, false_labels, seeds=10):
    """Return the validation errors (seeds,) of linear classifiers trained with a loss's slope."""
    rng = np.random.default_rng(SEED)
    orders = np.array([rng.permutation(len(t_binary)) for _ in range(seeds)])
    X, t = x_binary[orders], t_binary[orders]
    given = np.where(rng.random(t.shape) < false_labels, -t, t)[:, :200]
    w, rule = np.zeros((seeds, X.shape[2])), Adam(0.02)
    for _ in range(400):
        margin = given * np.einsum("sbi,si->sb", X[:, :200], w)
        w = rule.step(w, np.einsum("sb,sbi->si", slope(margin) * given, X[:, :200]) / 200)
    return np.mean(np.einsum("sbi,si->sb", X[:, 200:], w) * t[:, 200:] <= 0, axis=1)


# %%
suffered = {}
for name, (_, slope) in MARGIN_LOSSES.items():
    found = [linear_errors(slope, share) for share in (0.0, 0.1)]
    suffered[name] = [part.mean() for part in found]
    texts = [f"{100 * p.mean():5.1f} ± {100 * p.std(ddof=1) / np.sqrt(10):.1f} %" for p in found]
    print(f"{name:14} true labels {texts[0]}    one in ten false {texts[1]}")
misled = {name: wrong for name, (_, wrong) in suffered.items()}
assert max(clean for clean, _ in suffered.values()) < 0.06
assert min(misled, key=lambda name: misled[name]) == "hinge"
assert min(misled["squared hinge"], misled["exponential"]) > 1.4 * misled["hinge"]

# %% [markdown]
# With true labels the four hardly differ. With false ones the hinge is best: its slope never
# exceeds 1, however wrong an example seems. The slopes of the squared hinge and of $e^{-m}$ grow
# without bound, so that a few hopeless examples outweigh the others: about twice the errors.
#
# ### Many classes
#
# For scores $S$ with one column a class, the **multi-class hinge loss** (Weston and Watkins, 1999)
# wants the true class's score to be above each other one by a margin of 1:
#
# $$E_n = \sum_{j \ne t_n} \max(0, \; S_{nj} - S_{n t_n} + 1)$$

# %% [markdown]
# ### Exercise 9: `hinge_loss` (2 points, 15 minutes, medium)
#
# The loss, and its gradient with respect to the scores. **Before you write it:** each class $j$
# that is too near pushes its own score down. What does it do to the score of the true class?


# %%
def hinge_loss(S, t, margin=1.0):
    """Return the multi-class hinge loss, averaged over the batch, and its gradient.

    S: scores, float array (batch, classes). t: the true classes, integers (batch,). margin: the
    distance that is wanted, a number. Both arrays stay as they are. E: the mean over the examples
    of the sum over all classes j but the true one of max(0, S_nj - S_nt + margin). At a kink the
    slope is 0. Returns a tuple: E, a number, and dE/dS, a float array (batch, classes).
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(t))
    short = S - S[rows, t][:, None] + margin
    short[rows, t] = 0
    gradient = np.where(short > 0, 1.0, 0.0)
    gradient[rows, t] = -gradient.sum(axis=1)
    return np.maximum(short, 0).sum() / len(t), gradient / len(t)
    ### END SOLUTION


lab.check("hinge_loss", hinge_loss)

# %% [markdown]
# Hinge against softmax with cross-entropy: the same linear classifier for all ten digits, 500
# examples, 400 steps, ten seeds.


# %%
def softmax_loss(S, t):
    """Return the mean cross-entropy and its gradient; S (batch, classes), t (batch,)."""
    Y = np.exp(S - S.max(axis=1, keepdims=True))
    Y /= Y.sum(axis=1, keepdims=True)
    return -np.log(Y[np.arange(len(t)), t]).mean(), (Y - np.eye(S.shape[1])[t]) / len(t)


# %%
def ten_class_error(loss, seed):
    """Return the share of wrong answers on digits that a linear classifier has not seen."""
    chosen = np.random.default_rng(seed).permutation(len(labels8))
    x, t, rule = x8[chosen[:500]], labels8[chosen[:500]], Adam(0.02)
    W = np.zeros((64, 10))
    for _ in range(400):
        W = rule.step(W, x.T @ loss(x @ W, t)[1])
    return np.mean((x8[chosen[500:]] @ W).argmax(axis=1) != labels8[chosen[500:]])


# %%
found = {
    loss.__name__: [ten_class_error(loss, 10 * SEED + seed) for seed in range(10)]
    for loss in (hinge_loss, softmax_loss)
}
for name, errors in found.items():
    print(
        f"{name:13} {100 * np.mean(errors):.1f} ±",
        f"{100 * np.std(errors, ddof=1) / np.sqrt(10):.1f} %",
    )
assert abs(np.mean(found["hinge_loss"]) - np.mean(found["softmax_loss"])) < 0.02

# %% [markdown]
# Two points apart at most. The hinge loss forgets an example once it is right by the margin;
# softmax never does. For accuracy it hardly matters here. Softmax gives probabilities besides.
#
# ### What a deep learner must beat
#
# Before you praise a network, try what needs none:
#
# - **k nearest neighbours**, with $k$ and the distance (Euclidean or cosine) chosen by
#   cross-validation;
# - **linear and kernel SVM**, their settings chosen in the same way;
# - a **random forest** of 300 trees;
#
# on pixels, and on **histograms of gradients**: in each of 4 × 4 squares of the image, how steep is
# it in each of 8 directions? (A simple form of Dalal and Triggs, 2005.) Beside them a small CNN.
# This cell is live: 500 digits, one draw.

# %%
from course_utils.experiments import baselines

flat, gradients8 = images.reshape(-1, 784), baselines.gradient_histograms(images)
for system in ("k nearest neighbours", "linear SVM", "kernel SVM"):
    for kind, z in (("pixels", flat), ("gradients", gradients8)):
        score = baselines.measure(system, (z[:500], labels[:500]), (z[3000:], labels[3000:]))
        print(f"{system:21} on {kind:10} {score.accuracy:.1%} in {score.seconds:.1f} s")

# %% [markdown]
# **The whole table is recorded** (`data/baselines.csv`): 100, 1,000 and 4,000 digits to learn from,
# each fifth of the 5,000 tested once. The seconds include the search for the settings.
#
# **Before you run the next cell:** who wins at 100 examples?

# %%
scored = summaries.groups("baselines", "examples", "system", "features")
sizes = ("100", "1000", "4000")
print(
    f"accuracy in %{'':20}" + "".join(f"{size:>14}" for size in sizes), "   training    per image"
)
for _, system, kind in (key for key in scored if key[0] == "100"):
    pairs = [summaries.mean_and_error(scored[n, system, kind], "accuracy") for n in sizes]
    texts = "".join(f"{100 * mean:8.1f} ± {100 * error:.1f}" for mean, error in pairs)
    took = [
        summaries.mean_and_error(scored["4000", system, kind], c)[0]
        for c in ("seconds", "milliseconds")
    ]
    print(f"{system:21} {kind:10}{texts}   {took[0]:7.1f} s  {took[1]:8.3f} ms")
print("training: of 4,000 examples")


# %%
def at(examples, system, kind="pixels"):
    """Return the mean recorded accuracy."""
    return summaries.mean_and_error(scored[str(examples), system, kind], "accuracy")[0]


assert all(at(n, "kernel SVM") > at(n, "linear SVM") - 0.02 for n in (100, 1000, 4000))
assert all(
    at(n, system, "gradients") > at(n, system)
    for n in (100, 1000, 4000)
    for system in ("k nearest neighbours", "linear SVM", "kernel SVM", "random forest")
)
assert all(at(n, "kernel SVM", "gradients") > at(n, "CNN") for n in (100, 1000, 4000))
assert all(at(n, "CNN") > at(n, "kernel SVM") for n in (100, 1000))
assert 0 < at(4000, "kernel SVM") - at(4000, "CNN") < 0.01

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9, height=3.8, sharey=True)
for ax, kind in zip(axes, ("pixels", "gradients"), strict=True):
    for (_, system, of), marker in zip(
        [key for key in scored if key[0] == "100" and key[2] == kind], "os^Dv", strict=False
    ):
        found = [summaries.mean_and_error(scored[n, system, of], "accuracy") for n in sizes]
        means, spread = 100 * np.array(found).T
        ax.errorbar([100, 1000, 4000], means, spread, marker=marker, capsize=3, label=system)
    ax.set(xscale="log", xlabel="examples to learn from", title=f"on {kind}")
axes[0].set_ylabel("accuracy (%)")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plots.show(
    fig,
    alt="Accuracy against 100, 1,000 and 4,000 examples, with error bars. Left, on pixels: the "
    "CNN is highest at 100 and 1,000 and falls just below the kernel SVM at 4,000; the linear SVM "
    "falls behind. Right, on histograms of gradients: the four classical systems all lie higher "
    "than on pixels, the kernel SVM on top.",
)

# %% [markdown]
# On pixels the CNN is ahead at 100 and 1,000 digits, and half a point behind the kernel SVM at
# 4,000. But **the features decide more than the classifier**: on histograms of gradients every
# classical method gains, and the kernel SVM on them beats this CNN at all three sizes. (The CNN had
# 600 steps and no search. Section 5's, with twelve epochs and deformed digits, does better.) The
# nearest neighbours need hardly any training; they pay in use. (All times were taken on a busy
# machine: read their order of magnitude only.) If your network does not beat these, you have built
# a slow SVM.

# %% [markdown]
# ## 8. Searching, and babysitting
#
# Some numbers no gradient finds: the rate, the decay, the number of units. They are
# **hyperparameters**, and each trial costs a training. With 16 trials and two of them, most people
# draw a grid of 4 × 4. Bergstra and Bengio (2012) draw 16 points at random. Why? Usually one of the
# two matters much more than the other, and nobody knows which. A grid tries four values of it, a
# random search sixteen.
#
# We search the rate and the decay of AdamW for the small CNN of section 2: rates from 0.0001 to 1,
# decays from 0.0001 to 1, on logarithmic scales. Eight random searches and eight grids (each moved
# by a random shift), all 256 networks side by side.


# %%
class AdamW(Adam):
    """Adam with decoupled weight decay."""

    def __init__(self, rate, decay):
        super().__init__(rate)
        self.decay = decay

    def step(self, w, g):
        return super().step(w, g) - self.rate * self.decay * w


# %%
def searched(points):
    """Return the validation losses (searches, trials) of trials (searches, trials, 2), which hold
    the logarithms (base 10) of rate and decay."""
    rate, decay = (10.0 ** points.reshape(-1, 2).T)[..., None, None]
    weights = first_weights(1, len(rate))
    _, weights = learn_side_by_side(lambda: AdamW(rate, decay), weights, steps=80)
    z, t = scores(weights, windows[1000:1400]), labels8[1000:1400]
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(np.tile(t, (len(rate), 1)), z)
    found = np.nan_to_num(np.mean(each, axis=1), nan=99)
    return np.minimum(found, 99).reshape(points.shape[:2])


# %%
rng = np.random.default_rng(SEED)
at_random = rng.uniform(-4, 0, (8, 16, 2))
corners = np.stack(np.meshgrid(range(4), range(4)), axis=-1).reshape(1, 16, 2) - 4.0
on_grids = corners + rng.uniform(0, 1, (8, 1, 2))
found = searched(np.concatenate([at_random, on_grids]))
best_of = {"random": found[:8].min(axis=1), "grid": found[8:].min(axis=1)}
for name, best in best_of.items():
    print(f"{name:7} best of 16: loss {best.mean():.3f} ± {best.std(ddof=1) / np.sqrt(8):.3f}")
rate_matters, decay_matters = (
    abs(np.corrcoef(np.abs(at_random[..., k] - best).ravel(), np.log(found[:8]).ravel())[0, 1])
    for k, best in enumerate(at_random.reshape(-1, 2)[found[:8].argmin()])
)
print(
    f"correlation of the loss with the distance from the best rate {rate_matters:.2f},",
    f"from the best decay {decay_matters:.2f}",
)

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9, height=3.6, sharex=True, sharey=True)
for ax, points, losses, name in (
    (axes[0], on_grids[0], found[8], "one grid"),
    (axes[1], at_random[0], found[0], "one random search"),
):
    drawn = ax.scatter(
        *(10.0**points.T), c=np.log10(losses), cmap="cividis", s=60, vmin=-1.2, vmax=0.4
    )
    for rate in 10.0 ** points[:, 0]:
        ax.axvline(rate, ymax=0.04, color="black", linewidth=1)
    ax.set(xscale="log", yscale="log", xlabel="rate", title=name)
axes[0].set_ylabel("decay")
fig.colorbar(drawn, ax=axes, label="log10 of the loss")
plots.show(
    fig,
    alt="Sixteen trials each of a grid and of a random search, over rate and decay, coloured by "
    "their loss. Short lines on the axis mark the rates tried: four for the grid, sixteen for the "
    "random search. The loss changes from left to right, and hardly from bottom to top.",
)
assert rate_matters > 2 * decay_matters and rate_matters > 0.5
assert best_of["random"].mean() < best_of["grid"].mean() + 0.02

# %% [markdown]
# The rate decides, and the random search does at least as well as the grid. **Coarse to fine**:
# spend the next 16 trials in a box around the best one, a factor of 3 to each side. Beside it the
# sceptic's baseline: 16 more trials anywhere.

# %%
winners = at_random[np.arange(8), found[:8].argmin(axis=1)][:, None]
fine = winners + rng.uniform(-0.5, 0.5, (8, 16, 2))
anywhere = rng.uniform(-4, 0, (8, 16, 2))
more = searched(np.concatenate([fine, anywhere]))
after = {
    "16 coarse": best_of["random"],
    "16 coarse, 16 fine": np.minimum(best_of["random"], more[:8].min(axis=1)),
    "32 coarse": np.minimum(best_of["random"], more[8:].min(axis=1)),
}
for name, best in after.items():
    print(f"{name:19} loss {best.mean():.3f} ± {best.std(ddof=1) / np.sqrt(8):.3f}")
typical = {"fine": np.median(more[:8]), "anywhere": np.median(more[8:])}
print({name: round(float(value), 2) for name, value in typical.items()}, "is the median trial")
assert after["16 coarse, 16 fine"].mean() < after["16 coarse"].mean()
assert typical["fine"] < 0.5 * typical["anywhere"]

# %% [markdown]
# ### The learning-rate finder
#
# A rate can be found in a single short run (Smith, 2017): begin far too small, make it a little
# larger at every step, and watch the loss. It stays, falls, and flies off. Take a rate from where
# it falls steeply, well before it flies. **Before you run the next cells:** at which rate will the
# loss of our small CNN fly off under Adam?

# %%
RISING = 10 ** np.linspace(-5, 1, 150)


class RisingRate(Adam):
    """Adam whose rate is the next one of RISING at each step."""

    def step(self, w, g):
        self.rate = RISING[self.t]
        return super().step(w, g)


# %%
losses, _ = learn_side_by_side(lambda: RisingRate(0.0), first_weights(SEEDS, 1), steps=150)
smooth = np.convolve(np.minimum(losses, 20).mean(axis=1), np.ones(9) / 9, mode="valid")
lowest = RISING[4:-4][smooth.argmin()]
steepest = RISING[4:-4][np.gradient(smooth[: smooth.argmin()]).argmin()]
raced_rates, raced_losses = raced["Adam"]
best_rate = raced_rates[raced_losses[-30:].mean(axis=(0, 2)).argmin()]
print(
    f"lowest loss at {lowest:.3f}, steepest fall at {steepest:.4f};",
    f"best rate of the race {best_rate:.3f}",
)

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
ax.plot(RISING, np.minimum(losses, 20), color=plots.PALETTE["sky"], linewidth=1)
ax.plot(RISING[4:-4], smooth, color=plots.PALETTE["blue"])
ax.axvline(steepest, color=plots.PALETTE["vermillion"], linestyle="--")
ax.text(steepest, 5.2, " steepest fall", color=plots.PALETTE["vermillion"])
ax.axvline(best_rate, color="black", linestyle=":")
ax.text(best_rate, 4.4, " best of the race")
ax.set(xscale="log", xlabel="rate", ylabel="loss", ylim=(0, 6))
plots.show(
    fig,
    alt="The loss while the rate rises from 0.00001 to 10, a step each, for four seeds and their "
    "mean: flat at first, then a fall, a low place, and a wild rise at the right. A dashed line "
    "marks the steepest fall, a dotted line the best rate of the race in section 2, near by.",
)
assert 0.3 < best_rate / steepest < 30 and steepest < lowest

# %% [markdown]
# ### Babysitting a run
#
# Before you let a training run overnight, look at three things. Each takes a minute, and each has
# found many a bug.
#
# **1. The first loss.** With ten classes, balanced, and weights near 0 all probabilities are
# $1/10$: the loss must be $\ln 10 = 2.303$. **Before you run the next cell:** what do you suspect
# if it is 12?

# %%
first = first_weights(SEEDS, 1)
calm = [w * factor for w, factor in zip(first, (1, 1, 0.01, 1), strict=True)]  # a calm last layer
wild = [w * factor for w, factor in zip(first, (1, 1, 20, 1), strict=True)]
for name, weights in (
    ("calm last layer", calm),
    ("as it was", first),
    ("20 times too large", wild),
):
    start, _ = losses_and_gradients(weights, windows[:1000], labels8[:1000])
    print(f"{name:19} first loss {np.mean(start):6.2f}")
    assert (abs(np.mean(start) - np.log(10)) < 0.02) == (name == "calm last layer")

# %% [markdown]
# **2. Twenty examples, by heart.** A network that works can learn 20 examples until nothing is
# left of the loss. If it cannot, there is a bug, and no other setting will help. Here with a bug on
# purpose: in each step the labels are shuffled, as if somebody had forgotten to shuffle the images
# along.


# %%
def twenty(bug, steps=150):
    """Return the losses (steps, seeds) on the same 20 digits."""
    rng, weights, kept = np.random.default_rng(SEED), calm, []
    rules = [Adam(0.02) for _ in weights]
    for _ in range(steps):
        t = rng.permutation(labels8[:20]) if bug else labels8[:20]
        loss, gradients = losses_and_gradients(weights, windows[:20], t)
        kept.append(loss.numpy())
        pairs = zip(rules, weights, gradients, strict=True)
        weights = [rule.step(w, g.numpy()).astype("float32") for rule, w, g in pairs]
    return np.array(kept)


# %%
for bug in (False, True):
    last = twenty(bug)[-10:].mean()
    print(f"{'labels shuffled' if bug else 'as it should be':16} loss after 150 steps {last:.3f}")
    assert last > 1.5 if bug else last < 0.05

# %% [markdown]
# **3. Updates against weights.** How far does a step move the weights, in proportion to their
# length? A rule of thumb says about one part in a thousand. Far more tears the network apart, far
# less takes for ever.

# %% [markdown]
# ### Exercise 10: `update_ratios` (1 point, 10 minutes, easy)


# %%
def update_ratios(before, after):
    """Return for each array how far it moved, in proportion to its length.

    before, after: lists of float arrays, the weights before and after a step; the arrays of a pair
    have one shape. None has only zeros before. The length |.| of an array is the root of the sum
    of all its squares. Returns a list of numbers: |after - before| / |before|.
    """
    ### BEGIN SOLUTION
    pairs = zip(before, after, strict=True)
    return [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs]
    ### END SOLUTION


lab.check("update_ratios", update_ratios)

# %% [markdown]
# The ratios of kernel and dense weights along 100 steps, for three rates of Adam:

# %%
watched = {}
for rate in (0.00001, 0.003, 1.0):
    weights, noted = first_weights(SEEDS, 1), []
    rules, rng = [Adam(rate) for _ in weights], np.random.default_rng(SEED)
    for _ in range(100):
        chosen = rng.integers(0, 1000, 32)
        loss, gradients = losses_and_gradients(weights, windows[chosen], labels8[chosen])
        pairs = zip(rules, weights, gradients, strict=True)
        new = [rule.step(w, g.numpy()).astype("float32") for rule, w, g in pairs]
        noted.append(update_ratios(weights[::2], new[::2]))
        weights = new
    watched[rate] = np.array(noted), float(np.mean(loss))

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7)
for (rate, (ratios, loss)), color in zip(
    watched.items(), ("blue", "green", "vermillion"), strict=True
):
    label = f"rate {rate:g}: loss {loss:.2f}"
    ax.plot(ratios[:, 0], color=plots.PALETTE[color], label=label)
    ax.plot(ratios[:, 1], "--", color=plots.PALETTE[color])
ax.axhline(0.001, color="black", linestyle=":")
ax.set(yscale="log", xlabel="step", ylabel="update / weights")
ax.set_title("solid: kernel of the convolution, dashed: dense weights")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="The ratio of update to weights along 100 steps, for three rates, two layers each (solid "
    "and dashed), logarithmic. The largest rate's begins above 1, makes the weights huge, and "
    "falls below the others; the smallest rate's stays far below the dotted line at 0.001, the "
    "middle one's a little above it.",
)

# %%
for rate, (ratios, loss) in watched.items():
    print(f"rate {rate:<7g} median ratio {np.median(ratios):.0e}   loss at step 100: {loss:.2f}")
medians = [np.median(ratios) for ratios, _ in watched.values()]
assert medians[0] < 0.0003 < medians[1] < 0.03
assert watched[0.003][1] < 0.6 * min(watched[0.00001][1], watched[1.0][1])

# %% [markdown]
# ## 9. What to take away
#
# - A rate that is too small stalls on a plateau, one that is too large leaves the valley. In many
#   dimensions what stalls is more often a saddle than a minimum.
# - Momentum helps along ravines. AdaGrad, RMSProp, AdaDelta and Adam give each parameter a rate of
#   its own; that helps where the trouble lies along the axes. A rate that falls helps against
#   noise. Tune the rate before you change the rule.
# - Count the traces of your own loops.
# - See over- and underfitting by two curves. Which remedy helps depends on what is wrong with the
#   data; more data helps nearly always, and augmentation makes some for nothing.
# - Several losses add up. Their weights can be tried, or learned.
# - Try the nearest neighbours and the SVM before you praise a network.
# - Search at random, from coarse to fine; begin with the first loss, twenty examples and the ratio
#   of updates to weights.
#
# **Where it leads.** All of this holds for every network of the labs to come, however large. What
# changes there is the price of a trial; so the habit of measuring on something small first is worth
# more with every layer.

# %%
lab.progress()

# %% [markdown]
# **Sources**
#
# - H. H. Rosenbrock, An automatic method for finding the greatest or least value of a function, The
#   Computer Journal 3, 1960. B. T. Polyak, Some methods of speeding up the convergence of iteration
#   methods, 1964. Y. Nesterov, A method of solving a convex programming problem with convergence
#   rate O(1/k²), 1983. I. Sutskever and others, On the importance of initialization and momentum in
#   deep learning, ICML 2013.
# - J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods, JMLR 12, 2011. T. Tieleman and
#   G. Hinton, Lecture 6.5: RMSProp, COURSERA, 2012. M. D. Zeiler, ADADELTA, arXiv:1212.5701, 2012.
#   D. P. Kingma and J. Ba, Adam, ICLR 2015. I. Loshchilov and F. Hutter, SGDR, ICLR 2017, and
#   Decoupled weight decay regularization, ICLR 2019.
# - A. J. Bray and D. S. Dean, Statistics of critical points of Gaussian fields on large-dimensional
#   spaces, Physical Review Letters 98, 2007. Y. Dauphin and others, Identifying and attacking the
#   saddle point problem in high-dimensional non-convex optimization, NIPS 2014.
# - N. Srivastava and others, Dropout, JMLR 15, 2014. L. Wan and others, Regularization of neural
#   networks using DropConnect, ICML 2013. G. Huang and others, Deep networks with stochastic depth,
#   ECCV 2016. S. Ioffe and C. Szegedy, Batch normalization, ICML 2015. T. Salimans and D. P.
#   Kingma, Weight normalization, NIPS 2016. C. Szegedy and others, Rethinking the Inception
#   architecture, CVPR 2016. N. Srebro, J. Rennie and T. Jaakkola, Maximum-margin matrix
#   factorization, NIPS 2005.
# - P. Y. Simard, D. Steinkraus and J. C. Platt, Best practices for convolutional neural networks,
#   ICDAR 2003. D. C. Cireşan, U. Meier, L. M. Gambardella and J. Schmidhuber, Deep, big, simple
#   neural nets for handwritten digit recognition, Neural Computation 22, 2010.
# - A. Kendall, Y. Gal and R. Cipolla, Multi-task learning using uncertainty to weigh losses, CVPR
#   2018. C. Szegedy and others, Going deeper with convolutions, arXiv 1409.4842, 2014 (CVPR 2015).
# - J. Weston and C. Watkins, Support vector machines for multi-class pattern recognition, ESANN
#   1999. N. Dalal and B. Triggs, Histograms of oriented gradients for human detection, CVPR 2005.
# - J. Bergstra and Y. Bengio, Random search for hyper-parameter optimization, JMLR 13, 2012. L. N.
#   Smith, Cyclical learning rates for training neural networks, WACV 2017.
# - Data: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document
#   recognition, Proceedings of the IEEE 86(11), 1998, 2278–2324. E. Alpaydin and C. Kaynak, Optical
#   Recognition of Handwritten Digits, UCI, 1998.
