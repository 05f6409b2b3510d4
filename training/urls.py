"""Where the district for training is made."""

from django.urls import path

from training.views import training

urlpatterns = [path("setup/training/", training, name="training")]
