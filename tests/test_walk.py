"""Every address, for everybody, at the own place and elsewhere."""

import contextlib
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

from accounts.acting import actions as acting_actions
from accounts.models import Device, Membership, Person, Role
from communes.models import Village, WorkingGroup
from criteria.assessments import actions as assessment_actions
from criteria.evidence import dossier_steps
from criteria.followup import actions as followup_actions
from criteria.imports import actions as import_actions
from criteria.models import (
    BulkEntry,
    Charge,
    Claim,
    Difficulty,
    DossierRequirement,
    Indicator,
    Level,
    Measurement,
    Recognition,
)
from criteria.reviews import actions as review_actions
from meetings.models import CalendarAddress, Visit, WorkingSession
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from meetings.visits import actions as visit_actions
from nrm_tracker import clock, uploads
from nrm_tracker.tables.reading import Table
from nrm_tracker.workbooks import BLANK
from plans.drafting import actions as drafting
from plans.models import CalendarDay
from plans.resources import actions as resource_actions
from plans.resources.actions import GivenContribution
from plans.villages import actions as village_actions
from tests import files
from tests.factories import (
    attach_picture,
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_set,
    make_task,
    make_user,
)
from tests.pages import kept_for_the_module
from tests.plans.plans import approve_plan, make_plan

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)

# own: the commune, area, … of the roles that have one. near: another of the same area. far: another
# area's. `in`: asked to sign in. Each code is the answer to the method on that address.
#
# "none" has no membership, "ended" one that ended yesterday, "locked" was locked while signed in.
TABLE = """
                                              anon obs  insp staff head group offi lead coor admi none ended locked
GET  /healthz                                  200  200  200  200  200  200  200  200  200  200  200  200  200
GET  /accounts/login/                          200  302  302  302  302  302  302  302  302  302  302  302  200
POST /i18n/setlang/                            in   302  302  302  302  302  302  302  302  302  302  302  in
GET  /admin/                                   302  302  302  302  302  302  302  302  302  200  302  302  302

GET  /                                         in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /start/                                   in   302  302  302  302  302  302  302  302  302  302  302  in
GET  /communes/                                in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /communes/{own.slug}/                     in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{near.slug}/                    in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{far.slug}/                     in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /communes/nowhere/                        in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /communes/{own.slug}/criteria/1/          in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{near.slug}/criteria/1/         in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{far.slug}/criteria/1/          in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /communes/{own.slug}/criteria/99/         in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /criteria/                                in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /criteria/1/                              in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /criteria/99/                             in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /me/                                      in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /people/{own.person}/                     in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /people/{far.person}/                     in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /search/                                  in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /styleguide/                              in   403  403  403  403  403  403  403  403  200  403  403  in
GET  /criteria-sets/ntm/indicators.xlsx        in   403  403  403  403  403  403  403  403  200  403  403  in
GET  /criteria-sets/ntm/indicators/            in   403  403  403  403  403  403  403  403  200  403  403  in
POST /criteria-sets/ntm/indicators/            in   403  403  403  403  403  403  403  403  200  403  403  in

GET  /communes/{own.slug}/criteria/1/assess/   in   403  403  403  403  403  200  200  200  403  404  404  in
POST /communes/{own.slug}/criteria/1/assess/   in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /communes/{near.slug}/criteria/1/assess/  in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /communes/{own.slug}/criteria/2/assess/   in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /communes/{far.slug}/criteria/1/assess/   in   404  404  404  404  404  404  404  404  403  404  404  in
POST /communes/{far.slug}/criteria/1/assess/   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/criteria/1/own-view/ in   403  403  403  200  403  403  403  403  403  404  404  in
POST /communes/{own.slug}/criteria/1/own-view/ in   403  403  403  200  403  403  403  403  403  404  404  in
GET  /communes/{near.slug}/criteria/1/own-view/ in  403  403  403  403  403  403  403  403  403  404  404  in
POST /communes/{near.slug}/criteria/1/own-view/ in  403  403  403  403  403  403  403  403  403  404  404  in
GET  /communes/{far.slug}/criteria/1/own-view/ in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /assessments/{own.said}/correct/          in   403  403  403  200  403  403  403  403  403  404  404  in
GET  /assessments/{near.said}/correct/         in   403  403  403  403  403  403  403  403  403  404  404  in
GET  /assessments/{own.found}/correct/         in   403  403  403  403  403  200  200  200  403  404  404  in
POST /assessments/{own.found}/correct/         in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /assessments/{near.found}/correct/        in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /assessments/{own.appraised}/correct/     in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /assessments/{far.found}/correct/         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/recognition/         in   403  403  403  403  403  403  403  200  403  404  404  in
POST /communes/{own.slug}/recognition/         in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /communes/{far.slug}/recognition/         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /recognitions/{own.recognition}/revoke/   in   403  403  403  403  403  403  403  200  403  404  404  in
POST /recognitions/{own.recognition}/revoke/   in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /recognitions/{far.recognition}/revoke/   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/criteria/2/claim/    in   403  403  200  200  403  403  403  403  403  404  404  in
POST /communes/{own.slug}/criteria/2/claim/    in   403  403  200  200  403  403  403  403  403  404  404  in
GET  /communes/{near.slug}/criteria/2/claim/   in   403  403  403  403  403  403  403  403  403  404  404  in
GET  /communes/{far.slug}/criteria/2/claim/    in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /claims/{own.claim}/word/                 in   403  403  403  403  403  200  200  200  403  404  404  in
POST /claims/{own.claim}/word/                 in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /claims/{near.claim}/word/                in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /claims/{far.claim}/word/                 in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /claims/{own.draft}/word/                 in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /claims/{own.claim}/return/               in   403  403  403  403  403  200  200  200  403  404  404  in
POST /claims/{own.claim}/return/               in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /claims/{far.claim}/return/               in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /claims/{own.claim}/withdraw/             in   403  403  403  200  403  403  403  403  403  404  404  in
GET  /claims/{near.claim}/withdraw/            in   403  403  403  403  403  403  403  403  403  404  404  in
POST /claims/{far.claim}/withdraw/             in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /claims/{own.claim}/undo/                       in   403  403  403  403  403  403  403  403  403  404  404  in
POST /claims/{own.claim}/undo/                       in   403  403  403  403  403  403  403  403  403  404  404  in
POST /claims/{far.claim}/undo/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/criteria/1/measure/  in   403  403  403  403  403  403  403  200  403  404  404  in
POST /communes/{own.slug}/criteria/2/measure/  in   403  403  403  403  403  403  403  302  403  404  404  in
GET  /communes/{far.slug}/criteria/1/measure/  in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /values/{own.value}/correct/              in   403  403  403  200  403  403  403  403  403  404  404  in
POST /values/{own.value}/correct/              in   403  403  403  200  403  403  403  403  403  404  404  in
GET  /values/{near.value}/correct/             in   403  403  403  403  403  403  403  403  403  404  404  in
GET  /values/{far.value}/correct/              in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /criteria/1/assess/                       in   403  403  403  403  403  200  200  200  403  404  404  in
POST /criteria/1/assess/                       in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /criteria/2/assess/                       in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /criteria/99/assess/                      in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /bulk-entries/{own.bulk}/undo/                  in   403  403  403  403  403  403  403  403  403  404  404  in
POST /bulk-entries/{own.bulk}/undo/                  in   403  403  403  403  403  403  403  403  403  404  404  in
POST /bulk-entries/{far.bulk}/undo/                  in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/assess/              in   403  403  403  403  403  200  200  200  403  404  404  in
POST /communes/{own.slug}/assess/              in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /communes/{near.slug}/assess/             in   403  403  403  403  403  200  200  200  403  404  404  in
GET  /communes/{far.slug}/assess/              in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/sheet.xlsx           in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /communes/{near.slug}/sheet.xlsx          in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /communes/{far.slug}/sheet.xlsx           in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/sheet/               in   403  403  200  200  403  403  403  200  403  404  404  in
POST /communes/{own.slug}/sheet/               in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /communes/{near.slug}/sheet/              in   403  403  403  403  403  403  403  200  403  404  404  in
POST /communes/{near.slug}/sheet/              in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /communes/{far.slug}/sheet/               in   404  404  404  404  404  404  404  404  403  404  404  in

GET  /difficulties/                            in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /communes/{own.slug}/history/             in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{far.slug}/history/             in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /communes/{own.slug}/criteria/1/history/  in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{far.slug}/criteria/1/history/  in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /criteria/1/history/                      in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /criteria/99/history/                     in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /communes/{own.slug}/difficulties/new/    in   403  403  200  200  403  403  403  200  403  404  404  in
POST /communes/{own.slug}/difficulties/new/    in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /communes/{near.slug}/difficulties/new/   in   403  403  403  403  403  403  403  200  403  404  404  in
POST /communes/{far.slug}/difficulties/new/    in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /difficulties/{own.difficulty}/resolve/   in   403  403  200  200  403  403  200  200  403  404  404  in
POST /difficulties/{near.difficulty}/resolve/  in   403  403  403  403  403  403  200  200  403  404  404  in
POST /difficulties/{far.difficulty}/resolve/   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/charges/new/         in   403  403  403  200  403  403  200  200  403  404  404  in
POST /communes/{own.slug}/charges/new/         in   403  403  403  200  403  403  200  200  403  404  404  in
GET  /communes/{near.slug}/charges/new/        in   403  403  403  403  403  403  200  200  403  404  404  in
POST /communes/{far.slug}/charges/new/         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /charges/{own.charge}/end/                in   403  403  403  200  403  403  200  200  403  404  404  in
POST /charges/{near.charge}/end/               in   403  403  403  403  403  403  200  200  403  404  404  in
POST /charges/{far.charge}/end/                in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /communes/{own.slug}/criteria/1/comments/new/ in 403 403 200 200 200 200  200  200  403  404  404  in
POST /communes/{own.slug}/criteria/1/comments/new/ in 403 403 200 200 200 200  200  200  403  404  404  in
GET  /communes/{near.slug}/criteria/1/comments/new/ in 403 403 403 403 403 200 200  200  403  404  404  in
GET  /communes/{own.slug}/criteria/2/comments/new/ in 403 403 200 200 200 403  200  200  403  404  404  in
POST /communes/{far.slug}/criteria/1/comments/new/ in 404 404 404 404 404 404  404  404  403  404  404  in
GET  /comments/{own.comment}/edit/             in   403  403  403  403  403  403  403  403  403  404  404  in
POST /comments/{own.comment}/edit/             in   403  403  403  403  403  403  403  403  403  404  404  in
POST /comments/{far.comment}/edit/             in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /comments/{own.comment}/take-back/        in   403  403  403  403  403  403  403  403  403  404  404  in
POST /comments/{own.comment}/take-back/        in   403  403  403  403  403  403  403  403  403  404  404  in
POST /comments/{far.comment}/take-back/        in   404  404  404  404  404  404  404  404  403  404  404  in

POST /accounts/logout/                         in   302  302  302  302  302  302  302  302  302  302  302  in
GET  /accounts/password/                       in   200  200  200  200  200  200  200  200  200  200  200  in
POST /accounts/password/                       in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /accounts/forgotten/                      200  200  200  200  200  200  200  200  200  200  200  200  200
POST /accounts/forgotten/                      200  200  200  200  200  200  200  200  200  200  200  200  200
GET  /accounts/forgotten/sent/                 200  200  200  200  200  200  200  200  200  200  200  200  200
GET  /accounts/link/MQ/x-y/                    410  410  410  410  410  410  410  410  410  410  410  410  410
POST /accounts/link/MQ/x-y/                    410  410  410  410  410  410  410  410  410  410  410  410  410
GET  /accounts/devices/                        in   200  200  200  200  200  200  200  200  200  200  200  in
POST /accounts/devices/{own.device}/revoke/    in   404  404  302  404  404  404  404  404  404  404  404  in
GET  /accounts/notices/                        in   200  200  200  200  200  200  200  200  200  200  200  in
POST /accounts/notices/read/                   in   302  302  302  302  302  302  302  302  302  302  302  in
POST /accounts/digest/                         in   302  302  302  302  302  302  302  302  302  302  302  in
GET  /accounts/areas/                          in   200  200  200  200  200  200  200  200  200  200  200  in
POST /accounts/areas/choose/                   in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /accounts/rights/                         in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /accounts/rights/recognise/leader/        in   403  403  403  403  403  403  403  403  200  403  403  in
POST /accounts/rights/recognise/leader/        in   403  403  403  403  403  403  403  403  200  403  403  in
GET  /accounts/area/                           in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/new/                       in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/new/                       in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/many/                      in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/many/                      in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/first-passwords/           in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/first-passwords/slips.pdf  in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/first-passwords/invite/    in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/{own.user}/                in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/{far.user}/                in   403  403  403  403  403  403  403  404  200  403  403  in
GET  /accounts/area/{own.user}/edit/           in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/{far.user}/edit/           in   403  403  403  403  403  403  403  404  200  403  403  in
GET  /accounts/area/{own.user}/password/       in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/{far.user}/password/       in   403  403  403  403  403  403  403  404  200  403  403  in
POST /accounts/area/{own.user}/lock/           in   403  403  403  403  403  403  403  302  302  403  403  in
POST /accounts/area/{far.user}/lock/           in   403  403  403  403  403  403  403  404  302  403  403  in
POST /accounts/area/{own.user}/unlock/         in   403  403  403  403  403  403  403  302  302  403  403  in
POST /accounts/area/{far.user}/unlock/         in   403  403  403  403  403  403  403  404  302  403  403  in
GET  /accounts/area/{own.user}/memberships/new/ in  403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/{far.user}/memberships/new/ in  403  403  403  403  403  403  403  404  200  403  403  in
GET  /accounts/area/{own.user}/acting/new/     in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/area/{own.user}/acting/new/     in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /accounts/area/{far.user}/acting/new/     in   403  403  403  403  403  403  403  404  200  403  403  in
GET  /accounts/acting/{own.acting}/end/        in   403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/acting/{far.acting}/end/        in   403  403  403  403  403  403  403  404  302  403  403  in
GET  /accounts/memberships/{own.membership}/end/ in 403  403  403  403  403  403  403  200  200  403  403  in
POST /accounts/memberships/{far.membership}/end/ in 403  403  403  403  403  403  403  404  200  403  403  in

GET  /communes/{own.slug}/criteria/1/evidence/new/ in 403 403 200 200 403 403 403 200 403 404 404 in
POST /communes/{own.slug}/criteria/1/evidence/new/ in 403 403 200 200 403 403 403 200 403 404 404 in
GET  /communes/{near.slug}/criteria/1/evidence/new/ in 403 403 403 403 403 403 403 200 403 404 404 in
GET  /communes/{far.slug}/criteria/1/evidence/new/ in 404 404 404 404 404 404 404 404 403 404 404 in
GET  /evidence/{own.evidence}/edit/            in   403  403  200  200  403  403  403  200  403  404  404  in
POST /evidence/{own.evidence}/edit/            in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /evidence/{near.evidence}/edit/           in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /evidence/{far.evidence}/edit/            in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /evidence/{own.evidence}/replace/         in   403  403  200  200  403  403  403  200  403  404  404  in
POST /evidence/{own.evidence}/replace/         in   403  403  200  200  403  403  403  200  403  404  404  in
POST /evidence/{near.evidence}/replace/        in   403  403  403  403  403  403  403  200  403  404  404  in
POST /evidence/{far.evidence}/replace/         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /evidence/{own.evidence}/remove/          in   403  403  200  200  403  403  403  200  403  404  404  in
POST /evidence/{own.evidence}/remove/          in   403  403  200  200  403  403  403  200  403  404  404  in
POST /evidence/{near.evidence}/remove/         in   403  403  403  403  403  403  403  200  403  404  404  in
POST /evidence/{far.evidence}/remove/          in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /evidence/{own.evidence}/file/            in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /evidence/{near.evidence}/file/           in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /evidence/{far.evidence}/file/            in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /evidence/{own.personal}/file/            in   403  200  200  200  403  200  403  200  403  404  404  in
GET  /evidence/{near.personal}/file/           in   403  200  403  403  403  200  403  200  403  404  404  in
GET  /evidence/{far.personal}/file/            in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /evidence/{own.evidence}/thumbnail/       in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /evidence/{own.personal}/thumbnail/       in   403  200  200  200  403  200  403  200  403  404  404  in
GET  /evidence/{far.evidence}/thumbnail/       in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /documents/{own.document}/                in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /documents/{near.document}/               in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /documents/{far.document}/                in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /documents/{own.personal_file}/           in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /communes/{own.slug}/dossier/             in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{far.slug}/dossier/             in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /communes/{own.slug}/dossier.zip          in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /communes/{far.slug}/dossier.zip          in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /communes/{own.slug}/dossier/1/           in   403  403  403  403  403  403  403  200  403  404  404  in
POST /communes/{own.slug}/dossier/1/           in   403  403  403  403  403  403  403  200  403  404  404  in
GET  /communes/{own.slug}/dossier/99/          in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /communes/{far.slug}/dossier/1/           in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /enrolments/                               in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /enrolments/new/                           in  403  403  403  403  403  403  403  200  200  403  403  in
POST /enrolments/new/                           in  403  403  403  403  403  403  403  200  200  403  403  in
GET  /enrolments/{own.run}/               in  200  200  200  200  200  200  200  200  200  404  404  in
GET  /enrolments/{far.run}/               in  404  404  404  404  404  404  404  404  200  404  404  in
GET  /enrolments/{own.run}/target/        in  403  403  403  403  403  403  403  200  200  404  404  in
POST /enrolments/{own.run}/target/        in  403  403  403  403  403  403  403  200  200  404  404  in
GET  /communes/{own.slug}/group/          in  200  200  200  200  200  200  200  200  200  404  404  in
POST /communes/{own.slug}/group/          in  403  403  403  403  403  403  403  200  200  404  404  in
POST /enrolments/{far.run}/target/        in  404  404  404  404  404  404  404  404  200  404  404  in
GET  /enrolments/{near.run}/close/        in  403  403  403  403  403  403  403  200  200  404  404  in
POST /enrolments/{near.run}/close/        in  403  403  403  403  403  403  403  200  200  404  404  in
POST /enrolments/{far.run}/close/         in  404  404  404  404  404  404  404  404  200  404  404  in
GET  /imports/                                  in   403  403  403  403  403  403  403  200  200  403  403  in
POST /imports/                                  in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /imports/{own.table}/                      in   403  403  403  403  403  403  403  302  302  404  404  in
GET  /imports/{own.table}/sheet/                in   403  403  403  403  403  403  403  200  200  404  404  in
POST /imports/{own.table}/sheet/                in   403  403  403  403  403  403  403  200  200  404  404  in
GET  /imports/{own.table}/columns/              in   403  403  403  403  403  403  403  302  302  404  404  in
POST /imports/{own.table}/columns/              in   403  403  403  403  403  403  403  302  302  404  404  in
GET  /imports/{own.table}/basis/                in   403  403  403  403  403  403  403  302  302  404  404  in
POST /imports/{own.table}/basis/                in   403  403  403  403  403  403  403  302  302  404  404  in
GET  /imports/{own.table}/words/                in   403  403  403  403  403  403  403  302  302  404  404  in
POST /imports/{own.table}/words/                in   403  403  403  403  403  403  403  302  302  404  404  in
GET  /imports/{own.table}/preview/              in   403  403  403  403  403  403  403  302  302  404  404  in
POST /imports/{own.table}/preview/              in   403  403  403  403  403  403  403  302  302  404  404  in
GET  /imports/{own.table}/undo/                 in   403  403  403  403  403  403  403  302  302  404  404  in
POST /imports/{own.table}/undo/                 in   403  403  403  403  403  403  403  302  302  404  404  in
POST /imports/{own.table}/discard/              in   403  403  403  403  403  403  403  302  302  404  404  in
GET  /imports/{far.table}/sheet/                in   404  404  404  404  404  404  404  404  200  404  404  in
POST /imports/{far.table}/discard/              in   404  404  404  404  404  404  404  404  302  404  404  in
GET  /setup/                                    in  403  403  403  403  403  403  403  200  200  403  403  in
GET  /setup/area/                               in  403  403  403  403  403  403  403  403  200  403  403  in
GET  /setup/area/new/                           in  403  403  403  403  403  403  403  403  200  403  403  in
POST /setup/area/new/                           in  403  403  403  403  403  403  403  403  200  403  403  in
GET  /setup/area/district/447/                  in  403  403  403  403  403  403  403  403  200  403  403  in
POST /setup/area/province/42/                   in  403  403  403  403  403  403  403  403  302  403  403  in
GET  /setup/area/province/99/                   in  403  403  403  403  403  403  403  403  404  403  403  in
GET  /setup/sets/                               in  403  403  403  403  403  403  403  403  200  403  403  in
POST /setup/sets/                               in  403  403  403  403  403  403  403  403  302  403  403  in
GET  /setup/communes/                           in  403  403  403  403  403  403  403  200  200  403  403  in
GET  /setup/communes/new/?area={own.commune.area_id}  in  403  403  403  403  403  403  403  403  200  404  404  in
POST /setup/communes/new/?area={own.commune.area_id}  in  403  403  403  403  403  403  403  403  200  404  404  in
GET  /setup/communes/new/?area=0                in  404  404  404  404  404  404  404  404  404  404  404  in
POST /setup/communes/missing/?area=0            in  404  404  404  404  404  404  404  404  404  404  404  in
GET  /setup/villages/                           in  403  403  403  403  403  403  403  200  200  403  403  in
POST /setup/villages/                           in  403  403  403  403  403  403  403  200  200  403  403  in
GET  /help/                                     in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /help/bi-tra-lai/                          in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /help/khong-co/                            in  404  404  404  404  404  404  404  404  404  404  404  in
GET  /help/tour/                                in  200  200  200  200  200  200  200  200  200  200  200  in
POST /help/tour/1/                              in  302  302  302  302  302  302  302  302  302  404  404  in
POST /help/tour/anew/                           in  302  302  302  302  302  302  302  302  302  302  302  in
GET  /help/booklet/                             in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /help/booklet.pdf                          in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /setup/training/                           in  403  403  403  403  403  403  403  403  200  403  403  in
POST /setup/training/                           in  403  403  403  403  403  403  403  403  200  403  403  in
GET  /setup/agencies/                          in   403  403  403  403  403  403  403  403  200  403  403  in
POST /setup/agencies/                          in   403  403  403  403  403  403  403  403  200  403  403  in

GET  /rounds/                                   in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /rounds/new/                               in  403  403  403  403  403  403  403  200  403  403  403  in
POST /rounds/new/                               in  403  403  403  403  403  403  403  200  403  403  403  in
GET  /rounds/{own.round}/                       in  200  200  200  200  200  200  200  200  200  404  404  in
GET  /rounds/{far.round}/                       in  404  404  404  404  404  404  404  404  200  404  404  in
GET  /rounds/{own.round}/close/                 in  403  403  403  403  403  403  403  200  403  404  404  in
POST /rounds/{own.round}/close/                 in  403  403  403  403  403  403  403  302  403  404  404  in
POST /rounds/{far.round}/close/                 in  404  404  404  404  404  404  404  404  403  404  404  in
GET  /rounds/{own.round}/{own.slug}/            in  200  200  200  200  200  200  200  200  200  404  404  in
GET  /rounds/{own.round}/{near.slug}/           in  200  200  200  200  200  200  200  200  200  404  404  in
GET  /rounds/{own.round}/{far.slug}/            in  404  404  404  404  404  404  404  404  404  404  404  in
GET  /rounds/{far.round}/{far.slug}/            in  404  404  404  404  404  404  404  404  200  404  404  in
GET  /rounds/{own.round}/{own.slug}/confirm/    in  403  403  200  200  403  403  403  403  403  404  404  in
POST /rounds/{own.round}/{own.slug}/confirm/    in  403  403  200  200  403  403  403  403  403  404  404  in
POST /rounds/{own.round}/{near.slug}/confirm/   in  403  403  403  403  403  403  403  403  403  404  404  in
POST /rounds/{far.round}/{far.slug}/confirm/    in  404  404  404  404  404  404  404  404  403  404  404  in
GET  /rounds/{own.round}/{own.slug}/submit/     in  403  403  403  200  403  403  403  403  403  404  404  in
POST /rounds/{own.round}/{own.slug}/submit/     in  403  403  403  200  403  403  403  403  403  404  404  in
POST /rounds/{own.round}/{near.slug}/submit/    in  403  403  403  403  403  403  403  403  403  404  404  in
POST /rounds/{far.round}/{far.slug}/submit/     in  404  404  404  404  404  404  404  404  403  404  404  in
GET  /review/                                   in  200  200  200  200  200  200  200  200  200  200  200  in
GET  /checks/                                   in  200  200  200  200  200  200  200  200  200  200  200  in

GET  /sessions/                                      in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /sessions/{own.session}/                        in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{near.session}/                       in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{far.session}/                        in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/{own.session}/briefing/{own.slug}/    in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{own.session}/briefing/{near.slug}/   in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /sessions/{far.session}/briefing/{far.slug}/    in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/{own.session}/screen/                 in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{far.session}/screen/                 in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/{own.session}/present/                in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{far.session}/present/                in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/new/                                  in   403  403  403  403  403  403  200  200  403  403  403  in
POST /sessions/new/                                  in   403  403  403  403  403  403  200  200  403  403  403  in
GET  /sessions/{own.session}/edit/                   in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.session}/edit/                   in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /sessions/{far.session}/edit/                   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.session}/call-off/               in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.session}/call-off/               in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /sessions/{far.session}/call-off/               in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.session}/delete/                 in   403  403  403  403  403  403  403  403  403  404  404  in
POST /sessions/{own.session}/delete/                 in   403  403  403  403  403  403  403  403  403  404  404  in
POST /sessions/{far.session}/delete/                 in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.session}/hold/                   in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.session}/hold/                   in   403  403  403  403  403  403  302  409  403  404  404  in
POST /sessions/{far.session}/hold/                   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.held}/publish/                   in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.held}/publish/                   in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{far.held}/publish/                   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.published}/addendum/             in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.published}/addendum/             in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{far.published}/addendum/             in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{near.published}/scan/                in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{near.published}/scan/                in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{far.published}/scan/                 in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.published}/scan.pdf              in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{near.published}/scan.pdf             in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /sessions/{own.published}/scans/{own.scan}.pdf  in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{near.published}/scans/{own.scan}.pdf in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /sessions/{own.session}/files/new/              in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.session}/files/new/              in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{far.session}/files/new/              in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.session}/files/{own.paper}/      in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{own.session}/files/{far.paper}/      in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /sessions/{far.session}/files/{far.paper}/      in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/{own.session}/drop/{own.task}/        in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.session}/drop/{own.task}/        in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{far.session}/drop/{far.task}/        in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.session}/assess/{own.slug}/2/    in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{own.session}/assess/{own.slug}/2/    in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /sessions/{far.session}/assess/{far.slug}/2/    in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.session}.ics                     in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{far.session}.ics                     in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/calendar.ics                          404  404  404  404  404  404  404  404  404  404  404  404  404
GET  /sessions/calendar.ics?key={own.calendar}       200  200  200  200  200  200  200  200  200  200  200  200  200
GET  /sessions/calendar/renew/                       in   200  200  200  200  200  200  200  200  200  200  200  in
POST /sessions/calendar/renew/                       in   302  302  302  302  302  302  302  302  302  302  302  in
GET  /sessions/{own.session}/minutes/                in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /sessions/{far.session}/minutes/                in   404  404  404  404  404  404  404  404  403  404  404  in
POST /sessions/{own.session}/minutes/save/           in   403  403  403  403  403  403  200  200  403  404  404  in
POST /sessions/{far.session}/minutes/save/           in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /entries/{own.entry}/delete/                    in   403  403  403  403  403  403  200  200  403  404  404  in
POST /entries/{own.entry}/delete/                    in   403  403  403  403  403  403  409  409  403  404  404  in
POST /entries/{far.entry}/delete/                    in   404  404  404  404  404  404  404  404  403  404  404  in
POST /entries/{own.entry}/move/                      in   403  403  403  403  403  403  302  302  403  404  404  in
POST /entries/{far.entry}/move/                      in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /entries/{own.entry}/tasks/new/                 in   403  403  403  403  403  403  200  200  403  404  404  in
POST /entries/{own.entry}/tasks/new/                 in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /entries/{far.entry}/tasks/new/                 in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /sessions/{own.held}/minutes.docx               in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{far.held}/minutes.docx               in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /sessions/{own.published}/minutes-with-addenda.docx in 200 200  200  200  200  200  200  200  200  404  404  in
GET  /sessions/{far.published}/minutes-with-addenda.docx in 404 404  404  404  404  404  404  404  404  404  404  in
GET  /sessions/{own.held}/other.docx                 in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /tasks/reminder.docx?commune={own.slug}         in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /tasks/reminder.docx?commune={far.slug}         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /document-templates/minutes-party.docx          in   403  403  403  403  403  403  403  403  200  403  403  in
GET  /tasks/                                         in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /tasks/{own.task}/                              in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /tasks/{near.task}/                             in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /tasks/{far.task}/                              in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /tasks/new/                                     in   403  403  403  403  403  403  200  200  403  403  403  in
POST /tasks/new/                                     in   403  403  403  403  403  403  200  200  403  403  403  in
GET  /tasks/bulk/                                    in   403  403  403  403  403  403  302  302  403  403  403  in
POST /tasks/bulk/                                    in   403  403  403  403  403  403  200  200  403  403  403  in
GET  /tasks/{own.task}/undo/                         in   403  403  403  403  403  403  403  403  403  404  404  in
POST /tasks/{own.task}/undo/                         in   403  403  403  403  403  403  403  403  403  404  404  in
POST /tasks/{far.task}/undo/                         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.task}/progress/                     in   403  403  200  200  403  403  200  200  403  404  404  in
POST /tasks/{own.task}/progress/                     in   403  403  200  200  403  403  200  200  403  404  404  in
GET  /tasks/{near.task}/progress/                    in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.task}/progress/                     in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.task}/done/                         in   403  403  200  200  403  403  200  200  403  404  404  in
POST /tasks/{own.task}/done/                         in   403  403  200  200  403  403  200  200  403  404  404  in
GET  /tasks/{near.task}/done/                        in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.task}/done/                         in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.task}/day/                          in   403  403  200  200  403  403  200  200  403  404  404  in
POST /tasks/{own.task}/day/                          in   403  403  200  200  403  403  200  200  403  404  404  in
GET  /tasks/{near.task}/day/                         in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.task}/day/                          in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.task}/comment/                      in   403  403  200  200  403  403  200  200  403  404  404  in
POST /tasks/{own.task}/comment/                      in   403  403  200  200  403  403  200  200  403  404  404  in
GET  /tasks/{near.task}/comment/                     in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.task}/comment/                      in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.reported}/confirm/                  in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{own.reported}/confirm/                  in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.reported}/confirm/                  in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.reported}/send-back/                in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{own.reported}/send-back/                in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.reported}/send-back/                in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.task}/cancel/                       in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{own.task}/cancel/                       in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.task}/cancel/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.asked}/day/answer/                  in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{own.asked}/day/answer/                  in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.asked}/day/answer/                  in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.task}/person/                       in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{own.task}/person/                       in   403  403  403  403  403  403  200  200  403  404  404  in
POST /tasks/{far.task}/person/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /tasks/{own.reported}/files/{own.product}/      in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /tasks/{own.reported}/files/{far.product}/      in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /tasks/{far.reported}/files/{far.product}/      in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /visits/                                        in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /visits/{own.visit}/                            in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /visits/{near.visit}/                           in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /visits/{far.visit}/                            in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /visits/new/                                    in   403  403  403  403  200  200  200  200  403  403  403  in
POST /visits/new/                                    in   403  403  403  403  200  200  200  200  403  403  403  in
GET  /visits/{own.visit}/record/                     in   403  403  403  403  200  403  200  200  403  404  404  in
POST /visits/{own.visit}/record/                     in   403  403  403  403  200  403  200  200  403  404  404  in
GET  /visits/{near.visit}/record/                    in   403  403  403  403  403  200  200  200  403  404  404  in
POST /visits/{far.visit}/record/                     in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /visits/{own.visit}/give-up/                    in   403  403  403  403  200  403  200  200  403  404  404  in
POST /visits/{own.visit}/give-up/                    in   403  403  403  403  200  403  200  200  403  404  404  in
POST /visits/{far.visit}/give-up/                    in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /visits/{own.made}/tasks/new/                   in   403  403  403  403  403  403  200  200  403  404  404  in
POST /visits/{own.made}/tasks/new/                   in   403  403  403  403  403  403  200  200  403  404  404  in
GET  /visits/{far.made}/tasks/new/                   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /visits/{own.made}/files/{own.photo}/           in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /visits/{far.made}/files/{far.photo}/           in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /working-groups/{own.group}/                    in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /working-groups/{far.group}/                    in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /working-days/                                  in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /working-days/new/                              in   403  403  403  403  403  403  403  200  200  403  403  in
POST /working-days/new/                              in   403  403  403  403  403  403  403  200  200  403  403  in
POST /working-days/{own.day_off}/remove/             in   403  403  403  403  403  403  403  302  404  404  404  in
POST /working-days/{far.day_off}/remove/             in   404  404  404  404  404  404  404  404  302  404  404  in
GET  /plans/                                         in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /plans/{own.slug}/                              in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /plans/{near.slug}/                             in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /plans/{far.slug}/                              in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /plans/{own.slug}/versions/                     in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /plans/{far.slug}/versions/                     in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /plans/{own.slug}/versions/1/                   in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /plans/{far.slug}/versions/1/                   in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /plans/{own.slug}/begin/                        in   403  403  302  302  403  403  403  302  403  404  404  in
POST /plans/{own.slug}/begin/                        in   403  403  302  302  403  403  403  302  403  404  404  in
GET  /plans/{near.slug}/begin/                       in   403  403  403  403  403  403  403  302  403  404  404  in
POST /plans/{far.slug}/begin/                        in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/table/                        in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/table/                        in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /plans/{near.slug}/table/                       in   403  403  403  403  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/table/                        in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/paste/                        in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/paste/                        in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/paste/                        in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/steps/1/                      in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/steps/1/                      in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/steps/1/                      in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/tasks/                        in   403  403  200  200  403  403  200  200  403  404  404  in
POST /plans/{own.slug}/tasks/                        in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/tasks/                        in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/steps/1/task/                 in   403  403  403  403  403  403  200  200  403  404  404  in
POST /plans/{own.slug}/steps/1/task/                 in   403  403  403  403  403  403  200  200  403  404  404  in
POST /plans/{far.slug}/steps/1/task/                 in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/steps/1/release/              in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/steps/1/release/              in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/steps/1/release/              in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/submit/                       in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/submit/                       in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/submit/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/approve/                      in   403  403  403  403  403  403  200  200  403  404  404  in
POST /plans/{own.slug}/approve/                      in   403  403  403  403  403  403  200  200  403  404  404  in
POST /plans/{far.slug}/approve/                      in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/return/                       in   403  403  403  403  403  403  200  200  403  404  404  in
POST /plans/{own.slug}/return/                       in   403  403  403  403  403  403  200  200  403  404  404  in
POST /plans/{far.slug}/return/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}/report/                       in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/report/                       in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/report/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /plans/{own.slug}.xlsx                          in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /plans/{far.slug}.xlsx                          in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /plans/{own.slug}.xml                           in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /plans/{far.slug}.xml                           in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /plans/{own.slug}/import/                       in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{own.slug}/import/                       in   403  403  200  200  403  403  403  200  403  404  404  in
POST /plans/{far.slug}/import/                       in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /villages/                                      in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /villages/targets/                              in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /villages/targets/new/                          in   403  403  403  403  403  403  403  200  200  403  403  in
POST /villages/targets/new/                          in   403  403  403  403  403  403  403  200  200  403  403  in
GET  /villages/{own.slug}/                           in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /villages/{near.slug}/                          in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /villages/{far.slug}/                           in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /villages/{own.slug}/{own.village}/             in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /villages/{near.slug}/{near.village}/           in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /villages/{far.slug}/{far.village}/             in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /villages/{own.slug}/{far.village}/             in   404  404  404  404  404  404  404  404  404  404  404  in
GET  /villages/{own.slug}/results/                   in   403  403  200  200  403  403  403  200  403  404  404  in
POST /villages/{own.slug}/results/                   in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /villages/{near.slug}/results/                  in   403  403  403  403  403  403  403  200  403  404  404  in
POST /villages/{far.slug}/results/                   in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /villages/{own.slug}/{own.village}/results/     in   403  403  200  200  403  403  403  200  403  404  404  in
POST /villages/{own.slug}/{own.village}/results/     in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /villages/{near.slug}/{near.village}/results/   in   403  403  403  403  403  403  403  200  403  404  404  in
POST /villages/{far.slug}/{far.village}/results/     in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /villages/{own.slug}/{own.village}/step/        in   403  403  200  200  403  403  403  200  403  404  404  in
POST /villages/{own.slug}/{own.village}/step/        in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /villages/{near.slug}/{near.village}/step/      in   403  403  403  403  403  403  403  200  403  404  404  in
POST /villages/{far.slug}/{far.village}/step/        in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /villages/{own.slug}/{own.village}/figures/     in   403  403  200  200  403  403  403  200  403  404  404  in
POST /villages/{own.slug}/{own.village}/figures/     in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /villages/{near.slug}/{near.village}/figures/   in   403  403  403  403  403  403  403  200  403  404  404  in
POST /villages/{far.slug}/{far.village}/figures/     in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /villages/{own.slug}/{own.village}/gardens/     in   403  403  200  200  403  403  403  200  403  404  404  in
POST /villages/{own.slug}/{own.village}/gardens/     in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /villages/{near.slug}/{near.village}/gardens/   in   403  403  403  403  403  403  403  200  403  404  404  in
POST /villages/{far.slug}/{far.village}/gardens/     in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /village-steps/{own.step}/take-back/            in   403  403  200  200  403  403  403  200  403  404  404  in
POST /village-steps/{own.step}/take-back/            in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /village-steps/{near.step}/take-back/           in   403  403  403  403  403  403  403  200  403  404  404  in
POST /village-steps/{far.step}/take-back/            in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /gardens/{own.garden}/off-list/                 in   403  403  200  200  403  403  403  200  403  404  404  in
POST /gardens/{own.garden}/off-list/                 in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /gardens/{near.garden}/off-list/                in   403  403  403  403  403  403  403  200  403  404  404  in
POST /gardens/{far.garden}/off-list/                 in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /village-steps/{own.met_step}/take-back/        in   403  403  403  403  403  403  403  200  403  404  404  in
POST /communes/{own.slug}/criteria/3/from-villages/  in   403  403  302  302  403  403  403  302  403  404  404  in
POST /communes/{own.slug}/criteria/1/from-villages/  in   403  403  404  404  403  403  403  404  403  404  404  in
POST /communes/{near.slug}/criteria/3/from-villages/ in   403  403  403  403  403  403  403  302  403  404  404  in
POST /communes/{far.slug}/criteria/3/from-villages/  in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /resources/                                     in   200  200  200  200  200  200  200  200  200  200  200  in
GET  /resources/{own.slug}/                          in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /resources/{near.slug}/                         in   200  200  200  200  200  200  200  200  200  404  404  in
GET  /resources/{far.slug}/                          in   404  404  404  404  404  404  404  404  200  404  404  in
GET  /resources/{own.slug}/new/                      in   403  403  200  200  403  403  403  200  403  404  404  in
POST /resources/{own.slug}/new/                      in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /resources/{near.slug}/new/                     in   403  403  403  403  403  403  403  200  403  404  404  in
POST /resources/{far.slug}/new/                      in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /resources/{own.slug}/debts/new/                in   403  403  200  200  403  403  403  200  403  404  404  in
POST /resources/{own.slug}/debts/new/                in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /resources/{near.slug}/debts/new/               in   403  403  403  403  403  403  403  200  403  404  404  in
POST /resources/{far.slug}/debts/new/                in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /contributions/{own.contribution}/correct/      in   403  403  200  200  403  403  403  200  403  404  404  in
POST /contributions/{own.contribution}/correct/      in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /contributions/{near.contribution}/correct/     in   403  403  403  403  403  403  403  200  403  404  404  in
POST /contributions/{far.contribution}/correct/      in   404  404  404  404  404  404  404  404  403  404  404  in
GET  /debts/{own.item}/                              in   403  403  200  200  403  403  403  200  403  404  404  in
POST /debts/{own.item}/                              in   403  403  200  200  403  403  403  200  403  404  404  in
GET  /debts/{near.item}/                             in   403  403  403  403  403  403  403  200  403  404  404  in
POST /debts/{far.item}/                              in   404  404  404  404  404  404  404  404  403  404  404  in
"""  # noqa: E501
# Django's own, which answer to any method.
ANY_METHOD = {"set_language", "admin:index"}


@dataclass(frozen=True)
class Line:
    method: str
    address: str
    expected: dict[str, str]

    def __str__(self):
        return f"{self.method} {self.address}"


def table():
    head, *lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    return [
        Line(method, address, dict(zip(head, codes, strict=True)))
        for method, address, *codes in lines
    ]


LINES = table()


def place(area, *, slug, name, code, criteria_set, by):
    """A commune with something of each kind that an address can name."""
    commune = make_commune(area=area, name=name, slug=slug, code=code)
    enrolment = make_enrolment(commune=commune, criteria_set=criteria_set)
    entries = [
        assessment_actions.assess(
            cell(enrolment), finding(level=level, document_number="1/BC"), by=by
        )
        for level in (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE)
    ]
    user = make_user(username=f"{slug}-can-bo", role=Role.COMMUNE_STAFF, commune=commune)
    person = Person.objects.create(full_name="Trần Thị Hoa", area=area)
    recorded = {"commune": commune, "recorded_by": by, "recorded_at": clock.now()}
    stated = {"commune": commune, "stated_by": by, "stated_at": clock.now()}
    indicator, _new = Indicator.objects.get_or_create(
        criterion=criteria_set.criteria.get(number=1), code="1.1", text="Tỷ lệ", kind="percent"
    )
    claim = Claim.objects.create(
        status=cell(enrolment),
        result="met",
        state=Claim.State.SUBMITTED,
        drafted_by=by,
        drafted_at=clock.now(),
        submitted_by=by,
        submitted_at=clock.now(),
    )
    shown, personal = (
        attach_picture(enrolment, by=by, has_personal_data=is_personal)
        for is_personal in (False, True)
    )
    step = dossier_steps.record(
        enrolment,
        criteria_set.dossier_requirements.get(number=1),
        dossier_steps.Done(done_on=TODAY, file=uploads.check(files.pdf())),
        by=by,
    )
    bulk = BulkEntry.objects.create(by=by, at=clock.now())
    bulk.entries.add(entries[1])
    return SimpleNamespace(
        slug=slug,
        commune=commune,
        enrolment=enrolment,
        said=entries[0].pk,
        found=entries[1].pk,
        appraised=entries[2].pk,
        bulk=bulk.pk,
        run=enrolment.pk,
        table=import_actions.start(
            area, criteria_set, [Table("", [[BLANK]])], name="Bảng", by=by
        ).pk,
        recognition=Recognition.objects.create(
            enrolment=enrolment,
            title="Xã đạt chuẩn",
            decided_on="2020-09-10",
            recorded_by=by,
            recorded_at=clock.now(),
        ).pk,
        person=person.pk,
        charge=Charge.objects.create(person=person, from_on=TODAY, **recorded).pk,
        difficulty=Difficulty.objects.create(
            cause="Thiếu vốn", asked_of="district", stated_on=TODAY, **stated
        ).pk,
        comment=followup_actions.comment(cell(enrolment), "Làm sớm", by=user).pk,
        claim=claim.pk,
        draft=Claim.objects.create(
            status=cell(enrolment, 2), drafted_by=by, drafted_at=clock.now()
        ).pk,
        value=Measurement.objects.create(
            enrolment=enrolment,
            indicator=indicator,
            level=Level.COMMUNE,
            number=80,
            measured_on=TODAY,
            recorded_by=by,
            recorded_at=clock.now(),
        ).pk,
        evidence=shown.pk,
        personal=personal.pk,
        personal_file=personal.file_id,
        document=step.file_id,
        user=user.pk,
        membership=user.memberships.get().pk,
        acting=acting_actions.let_act(
            user.memberships.get(),
            make_user(role=Role.COMMUNE_STAFF, commune=commune),
            from_on=TODAY + dt.timedelta(days=30),
            until_on=TODAY + dt.timedelta(days=31),
            reason="Nghỉ phép",
            by=by,
        ).pk,
        **meetings_of(commune, by),
        **plans_of(enrolment, by),
        **villages_of(enrolment, by),
        **resources_of(commune, by),
    )


def plans_of(enrolment, by):
    """A day off of its area, and a plan with a step, once approved and changed since."""
    commune = enrolment.commune
    plan = approve_plan(make_plan(enrolment, "1|Rà soát|10", by=by)).plan
    drafting.write(plan, [], version=plan.version)
    off, _new = CalendarDay.objects.get_or_create(
        area=commune.area, day=dt.date(2020, 9, 3), kind="off", name="Nghỉ", order="1/TB"
    )
    return {"day_off": off.pk}


def villages_of(enrolment, by):
    """A village with steps and a garden, which an indicator is counted from."""
    commune = enrolment.commune
    village = Village.objects.create(commune=commune, name="Thôn Một")
    step, met = (
        village_actions.take_step(village, name, taken_on=TODAY, document="1/XN", by=by)
        for name in ("registered", "met")
    )
    Indicator.objects.get_or_create(
        criterion=cell(enrolment, 3).criterion,
        code="3.1",
        text="Số khu dân cư",
        kind="number",
        counted_from="model_villages",
    )
    garden = village_actions.register_garden(village, "Vườn", registered_on=TODAY, by=by)
    return {"village": village.pk, "step": step.pk, "met_step": met.pk, "garden": garden.pk}


def resources_of(commune, by):
    """A contribution, and what is owed for a road."""
    said = GivenContribution(
        stage="spent", source="people", kind="money", amount=Decimal(5), given_on=TODAY
    )
    debt = resource_actions.state_debt(
        commune,
        "Đường",
        criterion=None,
        stated_on=TODAY,
        value=Decimal(5),
        paid=Decimal(4),
        settled_by="",
        by=by,
    )
    made = resource_actions.record(commune, said, by=by)
    return {"contribution": made.pk, "item": debt.item_id}


def meetings_of(commune, by):
    """A session in each state, tasks, and a visit that was made."""
    others = {"area": commune.area, "commune": commune, "lead_commune": commune, "by": by}
    draft, held, published = (
        make_session(communes=[commune], by=by, state=state)
        for state in ("draft", "held", "published")
    )
    entry = make_entry(held)
    make_entry(draft)
    paper, product = (uploads.check(files.pdf()) for _ in range(2))
    photo = uploads.check(files.picture())
    task, reported, asked = (make_task(**others) for _ in range(3))
    done = task_actions.report_done(reported, note="Xong", by=by, files=[product])
    due_dates.ask_for_day(asked, to_on=dt.date(2021, 1, 31), reason="Mưa lũ", by=by)
    body = WorkingGroup.objects.create(area=commune.area, key=f"doan-{commune.slug}", name="Đoàn")
    body.communes.add(commune)
    made = visit_actions.plan(visit_of(commune, working_group=body), by=by)
    visit_actions.record(
        made, made_on=TODAY, summary="Đúng", findings={}, by=by, files=[(photo, "")]
    )
    return {
        "session": draft.pk,
        "held": held.pk,
        "published": published.pk,
        "entry": entry.pk,
        "paper": session_actions.add_file(
            draft, file=paper, kind="report", caption="Báo cáo", commune=None, by=by
        ).pk,
        "task": task.pk,
        "reported": reported.pk,
        "asked": asked.pk,
        "product": done.files.get().pk,
        "made": made.pk,
        "photo": made.files.get().pk,
        "group": body.pk,
    }


def visit_of(commune, **body):
    return Visit(kind="supervision", commune=commune, planned_on=TODAY, purpose="Kiểm tra", **body)


@contextlib.contextmanager
def built_world(blocker):
    """Three communes of two areas with something of each kind, and a session for each role."""
    with kept_for_the_module(blocker):
        here, there = make_area(), make_area(code="446", name="Cẩm Xuyên")
        criteria_set, by = make_set(), make_user()
        DossierRequirement.objects.create(criteria_set=criteria_set, number=1, name="Đăng ký")
        places = {"criteria_set": criteria_set, "by": by}
        own = place(here, slug="ky-lac", name="Kỳ Lạc", code="18850", **places)
        near = place(here, slug="lam-hop", name="Lâm Hợp", code="18851", **places)
        far = place(there, slug="cam-my", name="Cẩm Mỹ", code="18800", **places)
        for area, *places in ((here, own, near), (there, far)):
            opened = review_actions.open_round(
                area,
                [found.enrolment for found in places],
                name="Đợt rà soát",
                opens_on=TODAY,
                closes_on=TODAY,
                by=by,
            )
            for found in places:
                found.round = opened.pk
        agency = make_agency(area=here, criteria=[criteria_set.criteria.get(number=1)])
        group = WorkingGroup.objects.create(area=here, key="doan", name="Đoàn công tác")
        group.communes.add(own.commune)
        elsewhere = WorkingGroup.objects.get(pk=far.group)
        for found, body in (
            (own, {"working_group": group}),
            (near, {"agency": agency}),
            (far, {"working_group": elsewhere}),
        ):
            found.visit = visit_actions.plan(visit_of(found.commune, **body), by=by).pk
        scan = uploads.check(files.pdf())
        published = WorkingSession.objects.get(pk=own.published)
        own.scan = session_actions.attach_scan(published, scan, by=by).pk
        session_actions.add_to(published, "Sửa 15 thành 16.", by=by)
        own.calendar = CalendarAddress.objects.create(
            user=by, key="khoa-lich", renewed_at=clock.now()
        ).secret
        yesterday = TODAY - dt.timedelta(days=1)
        users = {
            "obs": make_user(role=Role.OBSERVER, area=here),
            "insp": make_user(role=Role.INSPECTOR, area=here),
            "staff": make_user(role=Role.COMMUNE_STAFF, commune=own.commune),
            "head": make_user(role=Role.COMMUNE_LEADER, commune=own.commune),
            "group": make_user(role=Role.WORKING_GROUP_MEMBER, working_group=group),
            "offi": make_user(role=Role.AGENCY_OFFICER, agency=agency),
            "lead": make_user(role=Role.LEADER, area=here),
            "coor": make_user(role=Role.COORDINATOR, area=here),
            "admi": make_user(staff=True),
            "none": make_user(),
            "ended": make_user(role=Role.LEADER, area=here, until_on=yesterday),
            "locked": make_user(role=Role.LEADER, area=here),
        }
        users["admi"].is_superuser = True
        users["admi"].save()
        sessions = {role: signed_in(user) for role, user in users.items()}
        users["locked"].is_active = False
        users["locked"].save()
        own.device = Device.objects.create(
            user=users["staff"], session_key="k", signed_in_at=clock.now(), last_seen_at=clock.now()
        ).pk
        yield SimpleNamespace(own=own, near=near, far=far, sessions=sessions, users=users)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built_world(django_db_blocker) as built:
        yield built


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def browser(world, role):
    client = Client()
    if role in world.sessions:
        client.cookies["sessionid"] = world.sessions[role]
    return client


def path_of(line, world):
    return line.address.format(own=world.own, near=world.near, far=world.far)


def answer(world, role, method, path):
    response = getattr(browser(world, role), method.lower())(path)
    if response.streaming:
        response.getvalue()
    if response.headers.get("Location", "").startswith("/accounts/login/?next="):
        return "in"
    return str(response.status_code)


@pytest.fixture
def each_page_drawn_once(monkeypatch):
    """Who else gets the same page has only to be let in: test_all_pages.py reads what they see."""
    draw, drawn, depth = Template.render, set(), 0

    def once(template, *args, **kwargs):
        nonlocal depth
        if not depth and template.template.name in drawn:
            return ""
        drawn.add(template.template.name)
        depth += 1
        try:
            return draw(template, *args, **kwargs)
        finally:
            depth -= 1

    monkeypatch.setattr(Template, "render", once)


@pytest.mark.usefixtures("each_page_drawn_once")
@pytest.mark.parametrize("line", LINES, ids=str)
def test_the_answer_to_each(world, line):
    path = path_of(line, world)

    found = {role: answer(world, role, line.method, path) for role in line.expected}

    assert found == line.expected


def named_patterns(patterns, namespace=""):
    """The names of all addresses; of the administration only its first page."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{namespace}{pattern.name}"
        elif pattern.namespace == "admin":
            yield "admin:index"
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern.url_patterns, inner)


def test_no_address_is_missing_from_the_table(world):
    walked = {resolve(path_of(line, world).partition("?")[0]).view_name for line in LINES}

    assert walked == set(named_patterns(get_resolver().url_patterns))


@pytest.mark.usefixtures("each_page_drawn_once")
def test_no_address_answers_to_a_method_that_it_has_no_use_for(world):
    """A page that is only read refuses to be written to, and the other way round."""
    methods = {}
    for line in LINES:
        methods.setdefault(resolve(path_of(line, world).partition("?")[0]).view_name, set()).add(
            line.method
        )
    # The sign-in's POST is tested with the sign-in, those of these forms in the table's other rows.
    both = {"accounts:login", "accounts:user-edit"}
    answers = {}
    for line in LINES:
        path = path_of(line, world)
        name = resolve(path.partition("?")[0]).view_name
        if path.endswith("?area=0"):
            # Out of reach, whatever is asked of it.
            continue
        used = methods[name] | ({"GET", "POST"} if name in both else set())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - used:
            if name in ANY_METHOD or (method, name) == ("PUT", "accounts:login"):
                continue
            role = "anon" if name == "accounts:login" else "admi"
            if (code := answer(world, role, method, path)) != "405":
                answers[method, path] = code

    assert answers == {}


@pytest.mark.parametrize("number", [0, 10**12, 10**30])
@pytest.mark.parametrize(
    "address",
    [
        "/criteria/{}/",
        "/criteria/{}/assess/",
        "/communes/ky-lac/criteria/{}/",
        "/communes/ky-lac/criteria/{}/assess/",
        "/communes/ky-lac/criteria/{}/own-view/",
        "/people/{}/",
        "/communes/ky-lac/criteria/{}/history/",
        "/communes/ky-lac/criteria/{}/comments/new/",
        "/criteria/{}/history/",
        "/assessments/{}/correct/",
        "/recognitions/{}/revoke/",
        "/communes/ky-lac/criteria/{}/evidence/new/",
        "/evidence/{}/edit/",
        "/evidence/{}/file/",
        "/documents/{}/",
        "/communes/ky-lac/dossier/{}/",
        "/difficulties/{}/resolve/",
        "/charges/{}/end/",
        "/comments/{}/edit/",
        "/comments/{}/take-back/",
        "/rounds/{}/",
        "/rounds/{}/close/",
        "/rounds/{}/ky-lac/",
        "/rounds/{}/ky-lac/confirm/",
        "/rounds/{}/ky-lac/submit/",
        "/sessions/{}/",
        "/sessions/{}/edit/",
        "/sessions/{}/minutes/",
        "/sessions/{}/minutes.docx",
        "/sessions/{}.ics",
        "/sessions/{}/minutes-with-addenda.docx",
        "/sessions/{}/scan.pdf",
        "/sessions/{}/scans/1.pdf",
        "/entries/{}/delete/",
        "/tasks/{}/",
        "/tasks/{}/progress/",
        "/visits/{}/",
        "/visits/{}/record/",
        "/visits/{}/files/1/",
        "/tasks/{}/files/1/",
        "/sessions/{}/files/1/",
        "/working-groups/{}/",
        "/accounts/area/{}/",
        "/accounts/memberships/{}/end/",
        "/accounts/acting/{}/end/",
    ],
)
def test_a_number_that_names_nothing_is_not_found(world, address, number):
    assert browser(world, "coor").get(address.format(number)).status_code == 404


@pytest.mark.parametrize("text", ["\x00", "%00", "ky-lac' OR 1=1", "ｋỳ", "x" * 5000, "-1", "à"])
@pytest.mark.parametrize(
    "address",
    ["/communes/{}/", "/communes/ky-lac/criteria/{}/", "/people/{}/", "/assessments/{}/correct/"],
)
def test_an_address_that_names_nothing_is_not_found(world, address, text):
    assert browser(world, "coor").get(address.format(text)).status_code == 404


def test_a_role_that_begins_tomorrow_reaches_nothing_today(world):
    user = make_user(
        role=Role.LEADER, area=world.own.commune.area, from_on=TODAY + dt.timedelta(days=1)
    )
    client = Client()
    client.force_login(user)

    assert client.get("/communes/ky-lac/").status_code == 404
    Membership.objects.filter(user=user).update(from_on=TODAY)
    assert client.get("/communes/ky-lac/").status_code == 200


def test_a_province_reads_its_districts_and_no_other(world):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    area = world.own.commune.area
    area.parent = province
    area.save()
    client = Client()
    client.force_login(make_user(role=Role.LEADER, area=province))

    assert client.get("/communes/ky-lac/criteria/1/assess/").status_code == 200
    assert client.get("/communes/cam-my/").status_code == 404


def test_the_administration_has_no_sign_in_of_its_own(world):
    """A session opened there would be missing from the signed-in devices."""
    asked = browser(world, "anon").get("/admin/", follow=True)

    assert asked.redirect_chain[-1] == ("/accounts/login/?next=/admin/", 302)
    assert browser(world, "lead").get("/admin/", follow=True).status_code == 403


def test_who_is_not_signed_in_is_offered_only_what_works(world):
    assert b"/i18n/setlang/" not in browser(world, "anon").get("/accounts/login/").content
    assert b"/i18n/setlang/" in browser(world, "obs").get("/").content
