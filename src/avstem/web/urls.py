"""The addresses of the screens. A company's own begin with its organisation number."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from avstem.web.views import (
    account,
    agreement_order,
    agreements,
    banks,
    booking,
    design,
    home,
    items,
    jobs,
    learnt,
    match,
    rules,
    sessions,
    settlements,
    statements,
    transaction,
    typed,
    upload,
    vouchers,
)

_account: list[URLPattern | URLResolver] = [
    path("", account.show, name="account"),
    path("new/", typed.add, name="add_transaction"),
    path("statements/", statements.listing, name="statements"),
]
_transaction: list[URLPattern | URLResolver] = [
    path("", transaction.show, name="transaction"),
    path("match/", match.show, name="match"),
    path("accept/", booking.accept, name="accept"),
    path("book/", booking.book, name="book"),
    path("undo/", booking.undo, name="undo"),
    path("set-aside/", booking.put_aside, name="set_aside"),
    path("take-back/", booking.take_back, name="take_back"),
]
_agreements: list[URLPattern | URLResolver] = [
    path("", agreements.listing, name="agreements"),
    path("new/", agreement_order.choose_accounts, name="order_accounts"),
    path("new/iban/<int:account_id>/", agreement_order.type_iban, name="add_iban"),
    path("new/bank/", agreement_order.choose_bank, name="order_bank"),
    path("new/bank/<slug:slug>/", agreement_order.order, name="order_agreement"),
    path("<int:agreement_id>/", agreements.show, name="agreement"),
    path("<int:agreement_id>/sent/", agreements.sent, name="agreement_sent"),
    path("<int:agreement_id>/confirm/", agreements.confirm, name="confirm_agreement"),
    path("<int:agreement_id>/reject/", agreements.reject, name="reject_agreement"),
    path("<int:agreement_id>/mend/", agreements.mend, name="mend_agreement"),
    path("<int:agreement_id>/deactivate/", agreements.deactivate, name="deactivate"),
    path(
        "<int:agreement_id>/<slug:kind>-<slug:language>.pdf",
        agreements.paper,
        name="agreement_paper",
    ),
]
_company: list[URLPattern | URLResolver] = [
    path("", home.company_home, name="company"),
    path("accounts/<int:account_id>/", include(_account)),
    path("transactions/<int:transaction_id>/", include(_transaction)),
    path("statements/<int:statement_id>/explain/", statements.explain, name="explain_statement"),
    path("agreements/", include(_agreements)),
    path("banks/", banks.listing, name="banks"),
    path("banks/<slug:slug>/", banks.show, name="bank"),
    path("items/<str:side>/", items.listing, name="items"),
    path("jobs/", jobs.listing, name="jobs"),
    path("jobs/<int:job_id>/retry/", jobs.retry, name="retry_job"),
    path("learnt/", learnt.listing, name="learnt"),
    path("learnt/look/", learnt.samples, name="samples"),
    path("learnt/look/<int:sample_id>/", learnt.confirm, name="confirm_sample"),
    path("learnt/<slug:kind>/<int:fact_id>/switch/", learnt.switch, name="switch_fact"),
    path("learnt/<slug:kind>/<int:fact_id>/give/", learnt.give, name="give_fact"),
    path("vouchers/", vouchers.listing, name="vouchers"),
    path("vouchers/<int:voucher_id>/", vouchers.show, name="voucher"),
    path("rules/", rules.listing, name="rules"),
    path("rules/new/", rules.add, name="new_rule"),
    path("rules/standing/<slug:standing>/", rules.switch_standing, name="switch_standing"),
    path("rules/<int:rule_id>/", rules.show, name="rule"),
    path("rules/<int:rule_id>/edit/", rules.edit, name="edit_rule"),
    path("rules/<int:rule_id>/try/", rules.put_to_trial, name="try_rule"),
    path("rules/<int:rule_id>/switch/", rules.switch, name="switch_rule"),
    path("settlements/", settlements.listing, name="settlements"),
    path("settlements/<int:settlement_id>/", settlements.show, name="settlement"),
    path("upload/", upload.show, name="upload"),
    path("reconcile/", upload.match_again, name="reconcile"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sessions.SignIn.as_view(), name="sign_in"),
    path("sign-in/<str:token>/", sessions.by_link, name="sign_in_link"),
    path("sign-out/", sessions.sign_out, name="sign_out"),
    path("design/", design.show, name="design"),
    path("language/", set_language, name="set_language"),
    path("<str:orgnr>/", include(_company)),
]
