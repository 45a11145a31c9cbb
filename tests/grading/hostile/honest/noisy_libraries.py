# Warnings and TensorFlow's log on stderr cost nothing.
# expect: step 1, small_net 2
# %% start
import sys
import warnings

import tensorflow as tf

warnings.warn("old")
print("W tensorflow: something about a GPU", file=sys.stderr)
tf.get_logger().warning("a warning")

# %% step
def step(z):
    print("z is", z)
    warnings.warn("still old")
    return np.where(z >= 0, 1.0, 0.0)

# %% small_net
def small_net(inputs, units):
    print("building", file=sys.stderr)
    x = keras.Input((inputs,), name="pixels")
    hidden = keras.layers.Activation("relu")(keras.layers.Dense(units, name="mine")(x))
    return keras.Model(x, keras.layers.Dense(1, name="out")(hidden))
