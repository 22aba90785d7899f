"""The ledger as a list: filters, order, pages, counts, files, and what stays hidden."""

import pytest


@pytest.fixture
def seen(client_of):
    def text(role, path, lang="en"):
        client = client_of(role)
        client.cookies["language"] = "zh-hans" if lang == "zh" else "en"
        answer = client.get(path)
        assert answer.status_code == 200, answer.content[:500]
        return answer.content.decode()

    return text


def test_the_ledger_shows_a_task_in_both_languages(office, seen):
    task = office.assigned()
    for lang in ("en", "zh"):
        assert task.number in seen("leader", "/ledger/", lang)
        assert task.title in seen("leader", f"/ledger/{task.number}/", lang)
    assert "New task" in seen("dispatcher", "/ledger/new/")
    assert "Edit" in seen("dispatcher", f"/ledger/{task.number}/edit/")
    assert "Problems" in seen("dispatcher", "/ledger/new/from/problem/")
    assert "Asks" in seen("dispatcher", "/ledger/new/from/ask/")
