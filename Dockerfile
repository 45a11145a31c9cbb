# The labs in a container:
#
#     docker build --tag deep-learning-labs .
#     docker run --rm --publish 8888:8888 deep-learning-labs
#
# The first command runs while it is built: it installs what requirements.txt pins, and fails where
# something is wrong. The dev container is made from this file too.
FROM python:3.12-slim

RUN useradd --uid 1000 --create-home student
USER 1000
ENV VIRTUAL_ENV=/home/student/environment
ENV PATH=/home/student/environment/bin:$PATH
RUN python3 -m venv /home/student/environment

WORKDIR /home/student/course
COPY --chown=1000 . .
RUN python3 -m course_utils --here doctor

EXPOSE 8888
CMD ["python3", "-m", "course_utils", "--here", "lab", "--ip=0.0.0.0", "--no-browser"]
