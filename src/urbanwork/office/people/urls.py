"""Addresses of people: signing in, one's own page, the room of bodies and people."""

from __future__ import annotations

from django.urls import include, path

from urbanwork.office.people import changing, importing_views, own, room, signing

urlpatterns = [
    path("account/link/<str:token>/", signing.login_link, name="login_link"),
    path("account/", own.own_page, name="own_page"),
    path("account/post/", own.choose_post, name="choose_post"),
    path("account/", include("urbanwork.office.people.doors")),
    path("language/", own.set_language, name="set_language"),
    path("people/", room.people, name="people"),
    path("people/import/", importing_views.give, name="people_import"),
    path("people/import/<str:key>/", importing_views.look, name="people_import_look"),
    path("people/people.<str:kind>", importing_views.take_out, name="people_file"),
    path("people/new/", changing.person_new, name="person_new"),
    path("people/<int:pk>/", room.person_page, name="person"),
    path("people/<int:pk>/edit/", changing.person_edit, name="person_edit"),
    path("people/<int:pk>/close/", changing.person_close, name="person_close"),
    path("people/<int:pk>/link/", changing.person_link, name="person_link"),
    path("people/<int:pk>/factor/", changing.person_factor, name="person_factor"),
    path("people/<int:pk>/posts/", changing.post_new, name="post_new"),
    path("people/<int:pk>/qualifications/", changing.qualification_new, name="qualification_new"),
    path("people/posts/<int:pk>/", changing.post_edit, name="post_edit"),
    path("people/posts/<int:pk>/end/", changing.post_end, name="post_end"),
    path("people/qualifications/<int:pk>/", changing.qualification_edit, name="qualification_edit"),
    path("bodies/new/", changing.body_new, name="body_new"),
    path("bodies/<int:pk>/", room.body_page, name="body"),
    path("bodies/<int:pk>/edit/", changing.body_edit, name="body_edit"),
    path("bodies/<int:pk>/close/", changing.body_close, name="body_close"),
]
