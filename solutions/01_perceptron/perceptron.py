# %% [markdown]
# # Lab 1: The perceptron
#
# **After this lab you can**
#
# - write a neuron in NumPy: weights, bias, activation;
# - train Rosenblatt's perceptron, and say how many mistakes it can make at most;
# - say why no single neuron computes XOR, and how two layers do;
# - train a network in Keras, and read from its curves whether it is too small, right or too big.
#
# **Time:** about three hours. The ten exercises take 110 minutes of it.
#
# **It builds on** Python, NumPy arrays (shapes, `@`, broadcasting), the dot product and the
# derivative. You need to know nothing about neural networks.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what
# is wrong, and on which input. `lab.hint("heaviside")` gives a hint, and one more each time you
# call it. `lab.progress()` shows what is done. After a restart of the kernel run the cells of your
# answers again: Run > Run All Above Selected Cell. Code that only draws is folded; open it if you
# like.

# %%
import ipywidgets
import numpy as np
from IPython.display import clear_output
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from course_utils import datasets, plots, training
from course_utils.lab import Lab

lab = Lab("01_perceptron")

# %% [markdown]
# ## 1. A neuron
#
# A neuron adds up evidence. Each input $x_i$ has a weight $w_i$: how much it counts, and for
# which side. A bias $b$ shifts the sum. An activation function $f$ turns the sum into the output:
#
# $$z = w_1 x_1 + \dots + w_n x_n + b, \qquad y = f(z)$$

# %% tags=["hide-input"]
fig, ax = plots.figure(width=5.5, height=3.4)
plots.network(
    ax,
    layers=[["$x_1$", "$x_2$", "$x_3$", "1"], ["$z$"], ["$y$"]],
    labels=[["$w_1$", "$w_2$", "$w_3$", "$b$"], ["$f$"]],
)
plots.show(
    fig,
    alt="A neuron: three inputs x1, x2, x3 and a constant 1 lead, weighted by w1, w2, w3 and the "
    "bias b, to the sum z; the activation f turns z into the output y.",
)

# %% [markdown]
# The bias is the weight of an input that is always 1.
#
# The oldest activation is a switch. In 1943 McCulloch and Pitts let a neuron fire when its
# evidence reaches a threshold. With the bias in the sum the threshold is 0: the neuron fires,
# $f(z) = 1$, where $z \ge 0$, and is silent, $f(z) = 0$, elsewhere. This is the **step**
# function, also named after Oliver Heaviside.

# %% [markdown]
# ### Exercise 1: `heaviside` (1 point, 5 minutes, easy)
#
# Write the step function. It works on a whole array at once, whatever its shape.


# %%
def heaviside(z):
    """Return 1 where z >= 0 and 0 elsewhere.

    z: array of any shape -> float array of that shape.
    """
    ### BEGIN SOLUTION
    return np.where(z >= 0, 1.0, 0.0)
    ### END SOLUTION


lab.check("heaviside", heaviside)

# %% [markdown]
# ### Exercise 2: `neuron` (1 point, 5 minutes, easy)
#
# We never feed a neuron one example at a time: a whole batch goes through at once. The examples
# are the rows of `X`, of shape `(batch, n)`. One matrix product does all the sums:
#
# $$z = Xw + b, \qquad y = f(z)$$
#
# The activation comes as an argument: `f` is a function like your `heaviside`.


# %%
def neuron(X, w, b, f):
    """Compute one neuron's output for each example.

    X: inputs (batch, n). w: weights (n,). b: bias, a number.
    f: activation, a function that works elementwise on an array.
    Returns f(Xw + b), a float array (batch,).
    """
    ### BEGIN SOLUTION
    return f(X @ w + b)
    ### END SOLUTION


lab.check("neuron", neuron)

# %% [markdown]
# Now let it look at flowers. The botanist Edgar Anderson measured 150 irises of three species; we
# take the lengths and widths of their petals.

# %%
measures, species = datasets.irises()
petals = measures[:, 2:]  # length and width in cm
print(f"{len(petals)} irises; the first has a petal of {petals[0, 0]} cm by {petals[0, 1]} cm")

# %% [markdown]
# Our neuron has weights (1, 1) and bias −3.
#
# **Before you run the next cell:** it fires where length plus width reach 3 cm. The petals of
# setosa are about 1.5 cm long and 0.2 cm wide, those of the other two at least twice as long.
# Which species make it fire?

# %%
fires = neuron(petals, np.array([1.0, 1.0]), -3.0, heaviside)
for number, name in enumerate(["setosa", "versicolor", "virginica"]):
    of_species = fires[species == number]
    print(f"{name}: fires for {of_species.sum():.0f} of {len(of_species)} flowers")

# %% [markdown]
# ### What the weights do
#
# With two inputs we can see the whole neuron. Where $w_1 x_1 + w_2 x_2 + b = 0$ runs a straight
# line: on one side it fires, on the other it does not. The weights turn the line, the bias shifts
# it. Here are the two species that are harder to tell apart.

# %%
flowers = petals[species > 0]  # (100, 2)
is_virginica = species[species > 0] - 1  # 0 versicolor, 1 virginica


# %% tags=["hide-input"]
def show_line(w1, w2, b):
    """Draw the neuron's line among the flowers, and count those on the wrong side."""

    def z(points):
        return points @ np.array([w1, w2]) + b

    wrong = int(np.sum((z(flowers) >= 0) != is_virginica))
    fig, ax = plots.figure()
    plots.regions(ax, z, x_range=(2.5, 7.5), y_range=(0.8, 2.7))
    plots.points(ax, flowers, is_virginica, ["versicolor", "virginica"])
    ax.set(xlabel="petal length (cm)", ylabel="petal width (cm)")
    ax.set_title(f"w = ({w1:.1f}, {w2:.1f}), b = {b:.1f}: {wrong} of 100 on the wrong side")
    ax.legend(loc="upper left")
    plots.show(
        fig,
        alt=f"Petals of versicolor (small) and virginica (large), and the line of the neuron with "
        f"w = ({w1:.1f}, {w2:.1f}) and b = {b:.1f}: {wrong} of 100 flowers on the wrong side.",
    )


show_line(w1=1.0, w2=0.0, b=-4.5)

# %% [markdown]
# **Playground.** Move the sliders: the line moves with them. (On a page without a running
# notebook the sliders do not show; the picture above is what they draw.)
#
# - Change only $b$. Then only $w_2$. What does the line do?
# - Double all three numbers. What happens, and why?
# - Bring the number of wrong flowers below 7.

# %%
sliders = ipywidgets.interactive(
    show_line,
    w1=ipywidgets.FloatSlider(1.0, min=-3, max=3, description="w₁"),
    w2=ipywidgets.FloatSlider(0.0, min=-3, max=3, description="w₂"),
    b=ipywidgets.FloatSlider(-4.5, min=-12, max=12, description="b"),
)
sliders

# %% [markdown]
# ## 2. A neuron that learns: a line and a probability
#
# You moved the line by hand, looking at the errors. A machine does the same by calculus. Measure
# the error $E$ by a formula, and move $w$ and $b$ a small step against its slope. Then again.
# This is **gradient descent**.
#
# First a neuron with no activation at all, the identity $f(z) = z$. Its output is a straight line
# in $x$: this is **linear regression**. For targets $t$ we take half the mean squared error:
#
# $$E = \frac{1}{2} \, \mathrm{mean} \, (y - t)^2, \qquad
# \frac{dE}{dw} = \mathrm{mean} \, (y - t) \, x, \qquad \frac{dE}{db} = \mathrm{mean} \, (y - t)$$


# %%
def descend(X, t, f, rate, steps):
    """Fit one neuron by gradient descent from w = 0, b = 0. Returns w and b."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = neuron(X, w, b, f) - t
        w = w - rate * X.T @ error / len(t)
        b = b - rate * np.mean(error)
    return w, b


# %% [markdown]
# Can the length of a petal tell its width? We subtract the mean length first: gradient descent is
# much faster when the inputs are centred at 0.

# %%
length = petals[:, :1] - petals[:, 0].mean()  # (150, 1), in cm above the mean
width = petals[:, 1]

lines = {n: descend(length, width, lambda z: z, rate=0.2, steps=n) for n in (0, 2, 100)}
w, b = lines[100]
print(f"width = {w[0]:.2f} * (length above the mean) + {b:.2f}")
assert 0.35 < w[0] < 0.5 and 1.1 < b < 1.3

# %% tags=["hide-input"]
fig, ax = plots.figure()
ax.plot(length, width, "o", color="#BBBBBB", label="150 irises")
ends = np.array([[-3.0], [3.3]])
for (steps, (w, b)), style in zip(lines.items(), (":", "--", "-"), strict=True):
    ax.plot(ends, neuron(ends, w, b, lambda z: z), style, label=f"after {steps} steps")
ax.set(xlabel="petal length above the mean (cm)", ylabel="petal width (cm)")
ax.legend()
plots.show(
    fig,
    alt="Petal width against petal length of 150 irises, nearly on a line, and the neuron's line: "
    "flat at 0 at the start, halfway after 2 steps, through the middle of the data after 100.",
)

# %% [markdown]
# Now the target is a yes or a no: is it a virginica? A straight line would promise probabilities
# below 0 and above 1. So we bend it, with the **logistic** function:
#
# $$f(z) = \frac{1}{1 + e^{-z}}$$
#
# It rises from 0 to 1, and $f(0) = 1/2$. The neuron's output is now a probability. This is
# **logistic regression**.

# %% [markdown]
# ### Exercise 3: `logistic` (2 points, 10 minutes, medium)
#
# Write the logistic function. It must hold for any number: 1000 gives 1, −1000 gives 0, and never
# `nan`. ($e^{1000}$ is larger than the largest float, and becomes `inf`. Which forms of the
# formula survive that?)


# %%
def logistic(z):
    """Return 1 / (1 + e^-z), elementwise.

    z: float array of any shape -> float array of that shape. Large numbers are
    allowed: 1000 gives 1, -1000 gives 0 (to the precision of a float), never nan.
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(z))  # between 0 and 1: cannot overflow
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))
    ### END SOLUTION


lab.check("logistic", logistic)

# %% [markdown]
# For probabilities the right error is the **cross-entropy**: minus the logarithm of the
# probability given to what is true, $E = -\mathrm{mean} \, (t \log y + (1 - t) \log(1 - y))$. Its
# gradient has a pleasant surprise: with a logistic neuron it is again $\mathrm{mean} \, (y - t)
# \, x$. So `descend` works as it is.
#
# **Before you run the next cell:** flowers of both species overlap between 4.5 and 5.1 cm. At
# which length do you expect a probability of 1/2?

# %%
mean = flowers[:, 0].mean()
length = flowers[:, :1] - mean  # (100, 1)
curves = {n: descend(length, is_virginica, logistic, rate=1.0, steps=n) for n in (0, 10, 2000)}
w, b = curves[2000]
right = np.mean((neuron(length, w, b, logistic) >= 0.5) == is_virginica)
print(f"It is right on {right:.0%} of the flowers and says 1/2 at {mean - b / w[0]:.1f} cm.")
assert 0.9 < right < 0.97

# %% tags=["hide-input"]
fig, ax = plots.figure()
ax.plot(length, is_virginica, "|", markersize=14, color="#777777", label="100 irises")
grid = np.linspace(-2.0, 2.0, 200)[:, None]
for (steps, (w, b)), style in zip(curves.items(), (":", "--", "-"), strict=True):
    ax.plot(grid, neuron(grid, w, b, logistic), style, label=f"after {steps} steps")
ax.set(
    xlabel=f"petal length above the mean of {mean:.1f} cm (cm)", ylabel="probability of virginica"
)
ax.legend()
plots.show(
    fig,
    alt="Irises at 0 (versicolor) and 1 (virginica) by petal length, and the neuron's probability: "
    "1/2 everywhere at first, then a rising curve, steep after 2000 steps, that crosses 1/2 near "
    "the mean length.",
)

# %% [markdown]
# ## 3. Activation functions
#
# The activation decides what a neuron can say. Six are worth knowing:
#
# | name | $f(z)$ | where you meet it |
# |---|---|---|
# | identity | $z$ | the output of a regression |
# | step | 1 where $z \ge 0$, else 0 | the perceptron |
# | logistic | $1 / (1 + e^{-z})$ | a probability |
# | tanh | $\tanh z$ | hidden layers; like the logistic, but between −1 and 1 |
# | Gaussian | $e^{-z^2}$ | "near this value": fires around $z = 0$ only |
# | ReLU | $\max(0, z)$ | hidden layers of most networks today |
#
# Learning follows slopes, so we need each one's derivative as well.

# %%
ACTIVATIONS = {
    "identity": lambda z: z,
    "step": heaviside,
    "logistic": logistic,
    "tanh": np.tanh,
    "gaussian": lambda z: np.exp(-(z**2)),
    "relu": lambda z: np.maximum(0.0, z),
}

# %% [markdown]
# ### Exercise 4: `derivative` (2 points, 15 minutes, medium)
#
# Write the derivative $f'(z)$ of each. Two of them have a point without a derivative, at $z = 0$.
# There we agree on 0, for the step as for ReLU.


# %%
def derivative(name, z):
    """Return f'(z), elementwise, of the activation called `name`.

    name: "identity", "step", "logistic", "tanh", "gaussian" (e^(-z^2)) or "relu".
    z: float array of any shape -> float array of that shape. Large numbers are
    allowed, as in `logistic`: 1000 and -1000 give a number too, never nan.
    At z = 0, step and relu give 0.
    """
    ### BEGIN SOLUTION
    if name == "identity":
        return np.ones_like(z)
    if name == "step":
        return np.zeros_like(z)
    if name == "logistic":
        y = logistic(z)
        return y * (1 - y)
    if name == "tanh":
        y = np.tanh(z)
        return 1 - y**2
    if name == "gaussian":
        y = np.exp(-(z**2))
        return -2 * z * y
    return np.where(z > 0, 1.0, 0.0)
    ### END SOLUTION


lab.check("derivative", derivative)

# %% [markdown]
# **Before you run the next cell:** for which of the six does the slope fade to 0 on both sides,
# far from $z = 0$? Such a neuron learns slowly where it is very sure.

# %% tags=["hide-input"]
z = np.linspace(-4, 4, 401)
fig, axes = plots.figure(2, 3, width=8, height=4.4, sharex=True, sharey=True)
for ax, (name, f) in zip(axes.flat, ACTIVATIONS.items(), strict=True):
    ax.plot(z, f(z), label="$f(z)$")
    ax.plot(z, derivative(name, z), "--", label="$f'(z)$")
    ax.set(title=name, ylim=(-1.5, 2.5))
for ax in axes[1]:
    ax.set_xlabel("$z$")
axes[0, 0].legend(loc="upper left")
plots.show(
    fig,
    alt="Six activation functions and, dashed, their derivatives for z from -4 to 4. Logistic, "
    "tanh and Gaussian have a slope that fades to 0 on both sides. ReLU keeps slope 1 for z above "
    "0, the identity everywhere; the step has slope 0.",
)

# %% [markdown]
# ## 4. Logic by hand
#
# Can such a thing compute? Let inputs and output be 0 (false) or 1 (true), and take the step
# activation. Then one neuron is a logic gate:
#
# | $x_1$ | $x_2$ | AND | OR | NAND (not AND) |
# |---|---|---|---|---|
# | 0 | 0 | 0 | 0 | 1 |
# | 0 | 1 | 0 | 1 | 1 |
# | 1 | 0 | 0 | 1 | 1 |
# | 1 | 1 | 1 | 1 | 0 |

# %%
BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # the four inputs

# %% [markdown]
# ### Exercise 5: `gates` (1 point, 10 minutes, easy)
#
# Find weights and bias for AND, OR and NAND, without any training. Many numbers do it. So that we
# all get the same lines, take **weights of +1 or −1**, and the bias that puts the line
# **exactly halfway** between the inputs that fire and those that do not: the nearest of both are
# equally far from it.
#
# Each gate is a list of three numbers: `[w1, w2, b]`.

# %%
### BEGIN SOLUTION
AND = [1.0, 1.0, -1.5]
OR = [1.0, 1.0, -0.5]
NAND = [-1.0, -1.0, 1.5]
### END SOLUTION

lab.check("gates", {"AND": AND, "OR": OR, "NAND": NAND})

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 3, width=8.2, height=2.7, sharey=True)
for ax, name, (w1, w2, b) in zip(axes, ("AND", "OR", "NAND"), (AND, OR, NAND), strict=True):
    z = BITS @ np.array([w1, w2]) + b
    plots.regions(ax, lambda p, w=(w1, w2), b=b: p @ np.array(w) + b, (-0.5, 1.5), (-0.5, 1.5))
    plots.points(ax, BITS, z >= 0, ["0", "1"], size=80)
    ax.set(title=name, xlabel="$x_1$")
axes[0].set_ylabel("$x_2$")
axes[2].legend(title="output", loc="center left", bbox_to_anchor=(1.0, 0.5))
plots.show(
    fig,
    alt="The four inputs and your line for each gate. AND: only (1, 1) lies on the firing side. "
    "OR: only (0, 0) does not. NAND: the line of AND with the sides swapped.",
)

# %% [markdown]
# From NAND alone every other logic function can be wired. So a network of these neurons can
# compute any function from finitely many bits to bits. (A computer needs memory as well: gates
# whose output leads back to their input. Networks with such loops come in lab 4.) What is left to
# find are the weights.

# %% [markdown]
# ## 5. The perceptron rule
#
# In 1958 Frank Rosenblatt described a machine that finds its weights by itself: the
# **perceptron**. It looks at one example at a time, and learns from its mistakes only. At first
# it was a program on an IBM 704; the machine itself, the Mark I, followed in 1960.
#
# We let it tell handwritten threes from eights: images of 8 × 8 pixels, each pixel an input
# between 0 (paper) and 1 (ink).

# %%
images, labels = datasets.digits()
chosen = np.isin(labels, [3, 8])
X = images[chosen].reshape(-1, 64)  # (357, 64): each image becomes one row
t = (labels[chosen] == 8).astype(float)  # 0 for a three, 1 for an eight

print(f"X: {X.shape}, threes: {np.sum(t == 0)}, eights: {np.sum(t == 1)}")

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 8, width=7, height=2)
for row, digit in enumerate([3, 8]):
    for ax, pixels in zip(axes[row], images[labels == digit], strict=False):
        plots.image(ax, pixels)
plots.show(fig, alt="Eight handwritten threes and eight handwritten eights in 8 by 8 grey pixels.")

# %% [markdown]
# The rule, for an example $x$ with class $t$ (0 or 1) and output $y$:
#
# $$w \leftarrow w + (t - y) \, x, \qquad b \leftarrow b + (t - y)$$
#
# - Right, $y = t$: nothing changes.
# - It should have fired and did not: $x$ is added to the weights. Next time $z$ is larger.
# - It fired and should not have: $x$ is subtracted. Next time $z$ is smaller.
#
# One pass through all examples is an **epoch**.

# %% [markdown]
# ### Exercise 6: `Perceptron` (3 points, 20 minutes, medium)
#
# Write the three methods. Read the docstrings with care: they say what each returns.


# %%
class Perceptron:
    """A neuron with step activation that learns by Rosenblatt's rule.

    w: weights, float array (n,). b: bias, a float. Both start at 0.
    """

    def __init__(self, n):
        self.w = np.zeros(n)
        self.b = 0.0

    def predict(self, X):
        """Return 1 where z = Xw + b >= 0 and 0 elsewhere.

        X: (batch, n) -> float array (batch,).
        """
        ### BEGIN SOLUTION
        return np.where(X @ self.w + self.b >= 0, 1.0, 0.0)
        ### END SOLUTION

    def update(self, x, t):
        """Learn from one example x, (n,), of class t, 0 or 1.

        Where the output y is t, nothing changes. Else (t - y) x is added to w,
        and t - y to b. Returns the number of mistakes: 0 if y was t, 1 if not.
        """
        ### BEGIN SOLUTION
        y = 1.0 if x @ self.w + self.b >= 0 else 0.0
        correction = t - y  # 0, +1 or -1
        self.w = self.w + correction * x
        self.b = self.b + correction
        return int(y != t)
        ### END SOLUTION

    def fit(self, X, t, epochs):
        """Go through the examples in their order, at most `epochs` times.

        X: (batch, n). t: classes (batch,), 0 or 1. Starts from the present w and b,
        and updates after each example. Stops after the first epoch without mistakes.
        Returns a list: the number of mistakes in each epoch. A last 0 is part of it.
        """
        ### BEGIN SOLUTION
        mistakes = []
        for _ in range(epochs):
            count = 0
            for x, target in zip(X, t, strict=True):
                count += self.update(x, target)
            mistakes.append(count)
            if count == 0:
                break
        return mistakes
        ### END SOLUTION


lab.check("Perceptron", Perceptron)

# %% [markdown]
# ### The line, mistake by mistake
#
# Before it gets 64 pixels, watch it with two inputs. Its line has to part the irises of setosa
# (class 0) from the other two species (class 1), by their petals. The flowers come in random
# order, and your `update` says which of them were mistakes.

# %%
is_other = (species > 0).astype(float)
unit, path = Perceptron(2), []  # path: the flower, w and b at each mistake
for flower in np.tile(np.random.default_rng(0).permutation(150), 5):  # five epochs
    if unit.update(petals[flower], is_other[flower]):
        path.append((flower, np.array(unit.w), float(unit.b)))

wrong = [int(np.sum(neuron(petals, w, b, heaviside) != is_other)) for _, w, b in path]
print("flowers on the wrong side after each mistake:", *wrong)
assert 4 <= len(wrong) <= 12 and wrong[-1] == 0 and max(wrong[1:]) >= wrong[0]


# %% tags=["hide-input"]
def show_mistake(mistake):
    """Draw the line after a mistake, 1 and up, with a ring around the flower that was one."""
    flower, w, b = path[mistake - 1]
    fig, ax = plots.figure()
    plots.regions(ax, lambda p: p @ w + b, x_range=(0.0, 7.2), y_range=(0.0, 2.7))
    plots.points(ax, petals, is_other, ["setosa", "the others"])
    ax.plot(*petals[flower], "o", markersize=15, fillstyle="none", color="black", label="mistake")
    ax.set(xlabel="petal length (cm)", ylabel="petal width (cm)")
    now = f"after mistake {mistake}: w = ({w[0]:.1f}, {w[1]:.1f}), b = {b:.0f}"
    ax.set_title(f"{now}: {wrong[mistake - 1]} of 150 wrong")
    ax.legend(loc="upper left")
    plots.show(
        fig,
        alt=f"The petals of 150 irises, small ones of setosa at the lower left, and the "
        f"perceptron's line {now}: {wrong[mistake - 1]} flowers on the wrong side. A ring marks "
        "the flower that was the mistake.",
    )


show_mistake(len(path))

# %% [markdown]
# **Playground.** Go through the mistakes with the slider.
#
# - Which way does the line move when the ringed flower is of class 1, and which way when it is of
#   class 0?
# - Is the ringed flower always on the right side afterwards?
# - Does each correction leave fewer flowers on the wrong side? (The numbers above say it. What
#   shrinks instead, the proof below tells.)

# %%
ipywidgets.interactive(
    show_mistake,
    mistake=ipywidgets.IntSlider(1, min=1, max=len(path), description="mistake"),
)

# %% [markdown]
# ### Threes and eights
#
# **Before you run the next cell:** the weights are one number for each pixel, so they are an
# image themselves. Where do you expect large positive weights, that speak for an eight? Think of
# the pixels in which threes and eights differ.

# %%
perceptron = Perceptron(64)
mistakes = perceptron.fit(X, t, epochs=100)
print(f"{sum(mistakes)} mistakes in {len(mistakes)} epochs, then none")
assert mistakes[-1] == 0

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2, width=7.5, height=3.2)
left.plot(range(1, len(mistakes) + 1), mistakes, "o-")
left.set(xlabel="epoch", ylabel="mistakes", title="Threes and eights")
drawn = plots.image(right, perceptron.w.reshape(8, 8), "Weights", signed=True)
fig.colorbar(drawn, ax=right, label="for a three  ←   weight   →  for an eight")
plots.show(
    fig,
    alt="Left: mistakes in each epoch fall, not smoothly, to 0. Right: the weights as an image. "
    "Positive weights lie on the left strokes that close an eight, negative ones mostly beside.",
)

# %% [markdown]
# It ends with every image right. Two questions follow. The first is what it is worth: will it be
# right on images that it has not seen? So hold some out: learn from 250 of them at random, and ask
# about the other 107. The second, whether it was luck, comes after.
#
# **Before you run the next cell:** the error on the 250 ends at 0 again. And on the 107? Guess a
# number first. Always saying the more frequent digit is wrong in about half.


# %%
def held_out_errors(seed, learn=250):
    """Train on some images, drawn at random. Returns the errors on these and on all the others."""
    order = np.random.default_rng(seed).permutation(len(t))
    unit = Perceptron(64)
    unit.fit(X[order[:learn]], t[order[:learn]], epochs=100)
    return [np.mean(unit.predict(X[part]) != t[part]) for part in (order[:learn], order[learn:])]


learned, unseen = np.array([held_out_errors(seed) for seed in range(20)]).T
print(f"wrong of the 250 it learned from: {learned.mean():.1%}, in each of 20 random splits")
print(f"wrong of the 107 held out: {unseen.mean():.1%}, from {unseen.min():.1%} to ", end="")
print(f"{unseen.max():.1%} over the splits")
assert learned.max() == 0 and 0.005 < unseen.mean() < 0.03 and unseen.max() < 0.1

# %% [markdown]
# One or two in a hundred: nearly as good on images that it has never seen. What is learned without
# a mistake is not always known without one, and the error on examples **held out** is the one that
# counts; we come back to it in section 8.
#
# Now the second question. Was it luck that it ended without a mistake? No.
#
# ### The convergence theorem
#
# Give each example the constant input: $\tilde x = (x, 1)$. Give each class a sign: $s = +1$ for
# $t = 1$ and $s = -1$ for $t = 0$. Let $R$ be the length of the longest $\tilde x$.
#
# **Theorem** (Novikoff, 1962). If there is a vector $u$ of length 1 and a **margin** $\gamma > 0$
# with $s \, u \cdot \tilde x \ge \gamma$ for every example, then the perceptron, started at $w =
# 0$, $b = 0$, makes at most
#
# $$\frac{R^2}{\gamma^2}$$
#
# mistakes in all, in whatever order and however often the examples come.
#
# **Proof.** Let $v = (w, b)$. A mistake adds $s \tilde x$ to $v$.
#
# 1. So $u \cdot v$ grows by at least $\gamma$. After $M$ mistakes, $u \cdot v \ge M \gamma$.
# 2. And $|v|^2$ grows by $2 s \, v \cdot \tilde x + |\tilde x|^2 \le R^2$, because $s \, v \cdot
#    \tilde x \le 0$: that is what a mistake is. After $M$ mistakes, $|v|^2 \le M R^2$.
# 3. As $u$ has length 1, $u \cdot v \le |v|$. Together $M \gamma \le \sqrt{M} R$, so
#    $M \le (R / \gamma)^2$.
#
# The number of inputs does not occur in it, nor the number of examples.

# %% [markdown]
# ### Exercise 7: `mistake_bound` (2 points, 15 minutes, medium)
#
# Compute the bound from a line that separates the classes. The line's $w$ and $b$ can have any
# length: make $u$ from them.


# %%
def mistake_bound(X, t, w, b):
    """Return Novikoff's bound (R / gamma)^2 on the perceptron's mistakes, a float.

    X: (batch, n). t: classes (batch,), 0 or 1.
    w: (n,) and b, a number: a line that separates the classes, that is,
    z = Xw + b > 0 for all examples of class 1 and z < 0 for all of class 0.

    R: the largest length of (x, 1). u: (w, b) divided by its length.
    gamma: the smallest s u.(x, 1), with s = +1 for class 1 and -1 for class 0.
    """
    ### BEGIN SOLUTION
    with_one = np.column_stack([X, np.ones(len(X))])
    u = np.append(w, b)
    u = u / np.linalg.norm(u)
    gamma = np.min((2 * t - 1) * (with_one @ u))
    longest = np.max(np.linalg.norm(with_one, axis=1))
    return float((longest / gamma) ** 2)
    ### END SOLUTION


lab.check("mistake_bound", mistake_bound)

# %% [markdown]
# Every separating line gives a bound. The line with the largest margin gives the best one, and a
# **support vector machine** finds it. scikit-learn's machine has a bias of its own, and we want
# ours among the weights. So we also give it each point mirrored at the origin: then its own bias
# is 0.


# %%
def widest_margin(X, t):
    """Return w, (n,), and b of the separating line with the largest margin gamma."""
    signed = (2 * t - 1)[:, None] * np.column_stack([X, np.ones(len(X))])
    mirrored = np.concatenate([signed, -signed])
    sides = np.repeat([1, -1], len(signed))
    u = SVC(kernel="linear", C=1e6).fit(mirrored, sides).coef_[0]
    return u[:-1], u[-1]


made = sum(mistakes)
bound = mistake_bound(X, t, *widest_margin(X, t))
own_bound = mistake_bound(X, t, perceptron.w, perceptron.b)
print(f"mistakes made                          {made:7}")
print(f"bound, from the widest margin          {bound:7.0f}")
print(f"bound, from the perceptron's own line  {own_bound:7.0f}")
assert made <= bound

# %% [markdown]
# Threes and eights are one pair of digits out of 45.
#
# **Before you run the next cell:** each pair becomes a point, its mistakes against its bound.
# Where may points lie, and where not? Will pairs with a large bound also make many mistakes?

# %%
made, bounds = [], []
for one in range(10):
    for other in range(one):
        chosen = np.isin(labels, [one, other])
        X_pair, t_pair = images[chosen].reshape(-1, 64), (labels[chosen] == one).astype(float)
        made.append(sum(Perceptron(64).fit(X_pair, t_pair, epochs=100)))
        bounds.append(mistake_bound(X_pair, t_pair, *widest_margin(X_pair, t_pair)))
assert np.all(np.array(made) <= bounds)

# %% tags=["hide-input"]
fig, ax = plots.figure()
ax.loglog(bounds, made, "o", label="45 pairs of digits")
ax.loglog([20, 3000], [20, 3000], "k--", label="mistakes = bound")
ax.set(xlabel="bound $(R/\\gamma)^2$", ylabel="mistakes made")
ax.legend()
plots.show(
    fig,
    alt="Mistakes made against Novikoff's bound for 45 pairs of digits, both axes logarithmic. All "
    "points lie below the diagonal, most at a tenth to a third of it; the two grow together.",
)

# %% [markdown]
# Every two of the ten digits can be separated by one neuron. The theorem speaks only of such
# pairs: no margin, no bound.

# %% [markdown]
# ## 6. What one neuron cannot do
#
# XOR, the exclusive or, is 1 where exactly one of its inputs is 1.
#
# **Before you run the next cell:** let a perceptron learn AND, and another one XOR, both for 30
# epochs. What will the two curves of mistakes look like?

# %%
errors = {}
for name, targets in (("AND", [0, 0, 0, 1]), ("XOR", [0, 1, 1, 0])):
    unit = Perceptron(2)
    errors[name] = [unit.fit(BITS, np.array(targets), epochs=1)[0] for _ in range(30)]
assert errors["AND"][-1] == 0 and min(errors["XOR"]) > 0 and errors["XOR"][-1] == 4

# %% tags=["hide-input"]
fig, ax = plots.figure()
for (name, counts), style in zip(errors.items(), ("o-", "s--"), strict=True):
    ax.plot(range(1, 31), counts, style, label=name)
ax.set(xlabel="epoch", ylabel="mistakes in 4 examples", ylim=(-0.2, 4.4))
ax.legend()
plots.show(
    fig,
    alt="Mistakes in each of 30 epochs. AND falls to 0 within ten epochs and stays there. XOR goes "
    "up to 4 mistakes in 4 examples and stays there.",
)

# %% [markdown]
# More epochs do not help. A neuron for XOR would have to meet four conditions:
#
# | $x_1$ | $x_2$ | XOR | so |
# |---|---|---|---|
# | 0 | 0 | 0 | $b < 0$ |
# | 0 | 1 | 1 | $w_2 + b \ge 0$ |
# | 1 | 0 | 1 | $w_1 + b \ge 0$ |
# | 1 | 1 | 0 | $w_1 + w_2 + b < 0$ |
#
# Add the second and the third: $w_1 + w_2 + 2b \ge 0$. Add the first and the last: $w_1 + w_2 +
# 2b < 0$. Both cannot be. **No weights do it**, whatever the method that looks for them. Minsky
# and Papert's book of 1969 made much of this limit.
#
# ### Two stages
#
# The way out: say it in words. "Exactly one" means **at least one** (OR) **and not both** (NAND).
# So two neurons look at the inputs, and a third looks at what those two say:

# %% tags=["hide-input"]
fig, ax = plots.figure(width=4.8, height=2.4)
plots.network(ax, [["$x_1$", "$x_2$"], ["OR", "NAND"], ["AND"]])
plots.show(
    fig,
    alt="A network in two stages: both inputs x1 and x2 lead to an OR neuron and to a NAND neuron; "
    "the outputs of these two lead to an AND neuron.",
)

# %% [markdown]
# The two in the middle are a **hidden layer**: neither input nor output.

# %% [markdown]
# ### Exercise 8: `xor` (1 point, 10 minutes, easy)
#
# Wire it up. You have all the parts: the weights in `AND`, `OR` and `NAND`, `neuron` and
# `heaviside`.


# %%
def xor(X):
    """Return 1.0 where exactly one of an example's two inputs is 1, else 0.0.

    X: (batch, 2) of 0.0 and 1.0 -> float array (batch,).
    """
    ### BEGIN SOLUTION
    at_least_one = neuron(X, np.array(OR[:2]), OR[2], heaviside)
    not_both = neuron(X, np.array(NAND[:2]), NAND[2], heaviside)
    hidden = np.column_stack([at_least_one, not_both])
    return neuron(hidden, np.array(AND[:2]), AND[2], heaviside)
    ### END SOLUTION


lab.check("xor", xor)

# %% [markdown]
# Whole layers are one formula as well. Put the weights of each neuron into a column of a matrix
# $W$, of shape (inputs, units), and all biases into a vector $b$, of shape (units,):
#
# $$H = f(XW + b), \qquad \text{of shape (batch, units)}$$
#
# What has the hidden layer done? It has moved the points. Left, the inputs, and the region where
# the two stages fire with the weights of your gates, between the bits as well. (`xor` itself was
# asked for bits only.) Right, the same four examples as the last neuron sees them.

# %%
W, b = np.array([OR[:2], NAND[:2]]).T, np.array([OR[2], NAND[2]])  # a column for each neuron


def hidden_layer(points):
    """The outputs of OR and NAND for any points of the plane: (batch, 2) -> (batch, 2)."""
    return heaviside(points @ W + b)


print(hidden_layer(BITS))

# %% tags=["hide-input"]
hidden = hidden_layer(BITS)
fig, (left, right) = plots.figure(1, 2, width=7, height=3.3)
plots.regions(left, lambda p: hidden_layer(p) @ AND[:2] + AND[2], (-0.5, 1.5), (-0.5, 1.5))
plots.points(left, BITS, [0, 1, 1, 0], ["XOR = 0", "XOR = 1"], size=80)
left.set(title="Inputs", xlabel="$x_1$", ylabel="$x_2$")
plots.regions(right, lambda h: h @ AND[:2] + AND[2], (-0.5, 1.5), (-0.5, 1.5))
plots.points(right, hidden, [0, 1, 1, 0], ["XOR = 0", "XOR = 1"], size=80)
right.set(title="Hidden layer", xlabel="OR", ylabel="NAND")
right.legend(loc="lower left")
plots.show(
    fig,
    alt="Left: in the plane of the inputs the network fires in a stripe between two parallel "
    "lines. Right: in the plane of OR and NAND, (0, 1) and (1, 0) have both moved to (1, 1), and "
    "one line cuts them off from the other two.",
)

# %% [markdown]
# In the new plane one line is enough. This is what hidden layers are for: **they turn the inputs
# into features that the next layer can separate**.

# %% [markdown]
# ## 7. A network that learns XOR
#
# Here we knew the features. Usually nobody does, and the network has to find them. For that we
# use **Keras**: we say which layers there are, and it finds the weights by gradient descent. (How
# it gets the slopes through several layers is a topic of its own: backpropagation.)
#
# A step has slope 0 and teaches nothing. So the hidden units get a smooth activation, tanh, and
# the output is logistic, which Keras calls "sigmoid". Loading Keras and TensorFlow takes some
# seconds.

# %%
import keras

SEED = 1  # another number gives other weights to start from, and the same conclusions
training.set_seed(SEED)

mlp = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(8, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
mlp.summary()

# %% [markdown]
# A `Dense` layer is the formula above. `Sequential` chains layers: the output of one is the input
# of the next. A network with hidden layers like this is a **multilayer perceptron**, MLP.
#
# **A question before you go on:** where do the 24 parameters of the first layer come from, and
# the 9 of the second?
#
# `compile` says how to learn, `fit` does it. Adam is gradient descent that chooses its step for
# each weight by itself (Kingma and Ba, 2015).

# %%
mlp.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy")
mlp.fit(BITS, np.array([0.0, 1.0, 1.0, 0.0]), epochs=100, verbose=0)
probabilities = mlp.predict(BITS, verbose=0)[:, 0]
for (x1, x2), p in zip(BITS, probabilities, strict=True):
    print(f"XOR({x1:.0f}, {x2:.0f}): {p:.2f}")
assert np.all(np.abs(probabilities - [0, 1, 1, 0]) < 0.1)

# %% [markdown]
# It has learned XOR from four examples. Two hidden units are enough in principle, as you saw. But
# gradient descent from random weights finds a solution with two in only about half of the starts;
# with eight it found one in all of 2000 starts that we tried. Some spare units make learning
# easy.
#
# **Before you run the next cell:** each hidden unit draws one line through the plane of the
# inputs. How many of the eight would you expect to run between the points?

# %% tags=["hide-input"]
features = mlp.layers[0]  # a layer can be called like a function
output_weights = mlp.layers[1].get_weights()[0][:, 0]

fig, axes = plots.figure(2, 4, width=8, height=4.5, sharex=True, sharey=True)
for unit, ax in enumerate(axes.flat):
    plots.regions(ax, lambda p, k=unit: features(p)[:, k], (-0.5, 1.5), (-0.5, 1.5))
    plots.points(ax, BITS, [0, 1, 1, 0], ["XOR = 0", "XOR = 1"], size=45)
    ax.set_title(f"unit {unit + 1}, weight {output_weights[unit]:+.1f}")
plots.show(
    fig,
    alt="Eight panels, one for each hidden unit: the line that it draws among the four inputs, and "
    "its positive side. Above each stands the weight with which it counts in the output.",
)

# %% tags=["hide-input"]
fig, ax = plots.figure(width=4.4, height=3.6)
plots.regions(ax, lambda p: mlp(p)[:, 0], (-0.5, 1.5), (-0.5, 1.5), level=0.5)
plots.points(ax, BITS, [0, 1, 1, 0], ["XOR = 0", "XOR = 1"], size=80)
ax.set(title="All eight together", xlabel="$x_1$", ylabel="$x_2$")
ax.legend(loc="upper center", ncols=2)
plots.show(
    fig,
    alt="What the trained network says in the plane of the inputs: a curved border puts (0, 1) and "
    "(1, 0) on one side, (0, 0) and (1, 1) on the other.",
)

# %% [markdown]
# ## 8. Ten digits
#
# One output said yes or no. For ten classes we take ten outputs, one score $z_k$ for each class,
# and turn the scores into probabilities: positive, and 1 in all. This is **softmax**:
#
# $$y_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

# %% [markdown]
# ### Exercise 9: `softmax` (2 points, 10 minutes, medium)
#
# Write it for a batch: one row of scores for each example, and each row gets its own sum. Scores
# can be large. It must hold for 1000 as well as for −1000, without `nan`. What happens to $y_k$
# if you add the same number to all the scores of a row?


# %%
def softmax(Z):
    """Turn scores into probabilities, row by row.

    Z: float array (batch, classes) -> float array (batch, classes). Each row is
    e^z / sum of e^z over that row, and so sums to 1. Large numbers are allowed,
    from -1000 to 1000 and beyond; the result is never nan.
    """
    ### BEGIN SOLUTION
    largest = Z.max(axis=1, keepdims=True)
    powers = np.exp(Z - largest)  # at most e^0 = 1: cannot overflow
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


lab.check("softmax", softmax)

# %% [markdown]
# **Before you run the next cell:** the second row is the first plus 1000, the third is the first
# times 10. What becomes of the probabilities?

# %%
scores = np.array([2.0, 1.0, 0.0])
for name, row in (("z", scores), ("z + 1000", scores + 1000), ("10 z", scores * 10)):
    print(f"softmax({name}):".ljust(20), softmax(row[None])[0].round(3))

# %% [markdown]
# ### Three parts of the data
#
# A network can learn its examples by heart. To know what it is worth we ask about images it has
# never seen:
#
# - **training** images: the weights are fitted to these;
# - **validation** images: we look at these to choose the network, its size and when to stop;
# - **test** images: looked at once, at the very end, for the number we report. Whoever chooses by
#   the test images has made them validation images.

# %%
parts = datasets.split(images.reshape(-1, 64), labels, validation=0.2, test=0.2, seed=0)
(X_train, t_train), (X_val, t_val), (X_test, t_test) = parts
for name, (inputs, _) in zip(("training", "validation", "test"), parts, strict=True):
    print(f"{name}: {len(inputs)} images of {inputs.shape[1]} pixels")

# %% [markdown]
# ### Exercise 10: `build_mlp` (2 points, 10 minutes, easy)
#
# Build a network with one hidden layer: ReLU there, softmax at the end.


# %%
def build_mlp(n_inputs, n_hidden, n_classes):
    """Return a Keras model with one hidden layer, not yet trained.

    Input: (batch, n_inputs), by keras.Input. Hidden: Dense, n_hidden units, ReLU.
    Output: Dense, n_classes units, softmax. Both layers have a bias.
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((n_inputs,)),
            keras.layers.Dense(n_hidden, activation="relu"),
            keras.layers.Dense(n_classes, activation="softmax"),
        ]
    )
    ### END SOLUTION


lab.check("build_mlp", build_mlp)

# %% [markdown]
# ### Batches and epochs
#
# The slope of the error over all images is exact, but costs a pass through all of them. The slope
# over a **batch** of 16 images points in nearly the same direction, and costs a fraction. So the
# training images are shuffled and cut into batches, and each batch gives one step. All batches
# once are one epoch.
#
# The error is the cross-entropy $-\log y_k$ of the true class $k$. As the classes are whole
# numbers and not rows of zeros and a one, Keras calls it "sparse". Adam needs a rate, the size of
# its steps; 0.001 is what Keras takes. While `fit` runs you see its progress; at the end we clear
# that away, because a curve says more.


# %%
def train(model, X, t, epochs=25, rate=0.001):
    """Train on X and t, in batches of 16, watching the validation images. Returns the history."""
    adam = keras.optimizers.Adam(rate)
    model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(X, t, batch_size=16, epochs=epochs, validation_data=(X_val, t_val)).history
    clear_output()
    return history


# %% [markdown]
# **Before you run the next cell:** how many steps are 25 epochs? (The sizes of the parts stand
# above.) And will the network do better on the training images or on the validation images?

# %%
training.set_seed(SEED)
network = build_mlp(64, 32, 10)
history = train(network, X_train, t_train)
print(f"{int(network.optimizer.iterations)} steps")
assert history["accuracy"][-1] > 0.95 and history["val_accuracy"][-1] > 0.9

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2, width=8, height=3.2)
plots.learning_curve(left, history, "loss")
plots.learning_curve(right, history, "accuracy")
left.set_ylabel("loss (cross-entropy)")
left.legend()
plots.show(
    fig,
    alt="Loss and accuracy over 25 epochs. The loss falls steeply at first, then slowly; the "
    "accuracy rises above 0.9 within a few epochs. Validation stays a little behind training.",
)

# %% [markdown]
# ### Too small, right, too big
#
# How many hidden units should it have? The number of units, the rate and the number of epochs are
# **hyperparameters**: `fit` does not find them, we choose them. Three networks:
#
# - 3 hidden units, all training images, twice as many epochs and a rate ten times as large, so
#   that nobody can say it had too little time;
# - 32 hidden units, all training images: the one above;
# - 512 hidden units, but 80 training images only.
#
# **Before you run the next cell:** draw the three pairs of accuracy curves, training and
# validation.

# %%
training.set_seed(SEED)
tiny = train(build_mlp(64, 3, 10), X_train, t_train, epochs=50, rate=0.01)
big = train(build_mlp(64, 512, 10), X_train[:80], t_train[:80])

gained = tiny["accuracy"][-1] - tiny["accuracy"][-21]
gaps = [curve["accuracy"][-1] - curve["val_accuracy"][-1] for curve in (tiny, history, big)]
print(f"3 units: {tiny['accuracy'][-1]:.2f} of the training images are right at the end,")
print(f"{gained:+.2f} against 20 epochs earlier; 32 units: {history['accuracy'][-1]:.2f}")
assert tiny["accuracy"][-1] < 0.95 < history["accuracy"][-1] and gained < 0.08
assert gaps[2] > 0.1 > 0.05 > gaps[1]

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 3, width=8.5, height=3.2, sharey=True)
titles = [
    "3 units, 50 epochs:\nunderfitting",
    "32 units: right",
    "512 units, 80 images:\noverfitting",
]
for ax, curve, title in zip(axes, (tiny, history, big), titles, strict=True):
    plots.learning_curve(ax, curve, "accuracy")
    ax.set(title=title, ylim=(0, 1.03))
    ax.label_outer()
axes[0].legend(loc="lower right")
plots.show(
    fig,
    alt="Accuracy on training and validation images over the epochs for three networks. 3 units: "
    "both curves flatten well below 1. 32 units: both end close together near 1. 512 units on 80 "
    "images: training nearly reaches 1, validation stays clearly below.",
)

# %% [markdown]
# - **Underfitting**: bad on the training images, and no better on the others. The network is too
#   small, or was trained too short. How to tell: train it on. A curve that still rises asks for
#   more time; one that has flattened, as here, for more units. More images do not help.
# - **Overfitting**: nearly perfect on the training images, clearly worse on the others. It has
#   learned by heart. More images help most. Next best is **regularisation**, whatever keeps a
#   network from learning by heart: stopping where the validation curve is at its best (**early
#   stopping**), or a penalty on large weights (**weight decay**).
#
# The gap between the two curves tells which it is. You need both.
#
# We choose the network in the middle, by its validation accuracy. Is it any good? Ask what less
# would do: the most frequent digit; a **linear model**, that is softmax without a hidden layer; the
# **nearest neighbour**, the class of the most similar training image.
#
# **Before you run the next cell:** put the four in order.

# %%
print("right of the validation images:")
most_frequent = np.mean(t_val == np.bincount(t_train).argmax())
linear = LogisticRegression(max_iter=1000).fit(X_train, t_train).score(X_val, t_val)
nearest = KNeighborsClassifier(n_neighbors=1).fit(X_train, t_train).score(X_val, t_val)
ours = history["val_accuracy"][-1]
for name, right in (
    ("most frequent digit", most_frequent),
    ("linear model", linear),
    ("our network", ours),
    ("nearest neighbour", nearest),
):
    print(f"{name:20} {right:.1%}")
assert most_frequent < 0.15 and abs(linear - ours) < 0.04 and nearest > ours

# %% [markdown]
# On a thousand small images, well centred, the hidden layer earns nothing: a linear model is about
# as good, and the nearest neighbour is better. That is worth knowing before one is proud of 95 %.
# Networks win where there are more images, and where similar pixels do not mean the same thing.
#
# Now, once, the test images:

# %%
probabilities = network.predict(X_test, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == t_test)
print(f"{accuracy:.0%} of the {len(t_test)} test images are right")
assert accuracy > 0.9

# %% [markdown]
# Which images are hard? Those whose true class gets the least probability.

# %%
of_truth = probabilities[np.arange(len(t_test)), t_test]
hardest = np.argsort(of_truth)[:8]

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 4, width=6.5, height=4)
for ax, index in zip(axes.flat, hardest, strict=True):
    read = probabilities[index].argmax()
    title = f"a {t_test[index]}, read as {read}\n({probabilities[index, read]:.0%})"
    plots.image(ax, X_test[index].reshape(8, 8), title)
plots.show(
    fig,
    alt="The eight test images that the network finds hardest: badly written or cut-off digits, "
    "each with its true class, the class that the network reads and the probability it gives.",
)

# %% [markdown]
# ## 9. What to take away
#
# - A neuron is a weighted sum, a bias and an activation: $y = f(Xw + b)$. The activation makes it
#   a regression, a probability or a switch.
# - The perceptron learns from mistakes. Where a line separates the classes it makes at most
#   $(R / \gamma)^2$ of them, however many inputs there are.
# - One neuron draws one line. XOR needs two, and a second layer that combines them: hidden layers
#   make features.
# - Softmax turns scores into probabilities. Subtract the largest score first.
# - Fit on training images, choose on validation images, report on test images. A gap between the
#   first two is overfitting; two low curves are underfitting.
#
# **Where it leads.** Keras found the hidden weights by following slopes through two layers. How
# it computes them, backpropagation, is the chain rule used cleverly, and you can write it
# yourself. And our network does not know that pixels have neighbours: shuffle them all in the
# same way, and it learns as well. Convolutional networks know.

# %%
lab.progress()

# %% [markdown]
# **Sources**
#
# - W. S. McCulloch and W. Pitts, A logical calculus of the ideas immanent in nervous activity,
#   Bulletin of Mathematical Biophysics 5, 1943, 115–133.
# - F. Rosenblatt, The perceptron: a probabilistic model for information storage and organization
#   in the brain, Psychological Review 65(6), 1958, 386–408.
# - A. B. J. Novikoff, On convergence proofs on perceptrons, Proceedings of the Symposium on the
#   Mathematical Theory of Automata 12, 1962, 615–622.
# - M. Minsky and S. Papert, Perceptrons, MIT Press, 1969.
# - D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015.
# - Data: irises, R. A. Fisher, 1936, measured by E. Anderson; digits, E. Alpaydin and C. Kaynak,
#   UCI Machine Learning Repository, 1998.
