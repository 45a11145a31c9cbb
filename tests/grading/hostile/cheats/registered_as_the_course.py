# A class of the student's registered under the course's own name, and one under Keras's.
# %% small_net
@keras.saving.register_keras_serializable(package="course_utils", name="Relu")
class Relu(keras.layers.Layer):
    def call(self, x):
        return x


@keras.saving.register_keras_serializable(package="course_utils", name="system")
def system(x):
    return x


def small_net(inputs, units):
    given = keras.Input((inputs,))
    hidden = keras.layers.Dense(units, activation=system)(given)
    return keras.Model(given, keras.layers.Dense(1)(Relu()(hidden)))
