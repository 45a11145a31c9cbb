# Half a million outputs, updates and clearings of one cell.
# review
# %% start
import gc

from course_utils.grading.guest import driver

for line in [one for one in gc.get_objects() if type(one) is driver.Channel]:
    for number in range(500_000):
        line.send(b"o", b'{"output_type":"update","id":"a","data":{"text/plain":""}}')

# %% step
def step(z):
    return z
