"""The addresses of this room, slice by slice."""

from django.urls import include, path

urlpatterns = [
    path("", include("criteria.standards.urls")),
    path("", include("criteria.enrolments.urls")),
    path("", include("criteria.agencies.urls")),
    path("", include("criteria.measurements.urls")),
    path("", include("criteria.evidence.urls")),
    path("", include("criteria.assessments.urls")),
    path("", include("criteria.claims.urls")),
    path("", include("criteria.followup.urls")),
    path("", include("criteria.workbook.urls")),
    path("", include("criteria.reviews.urls")),
    path("", include("criteria.imports.urls")),
]
