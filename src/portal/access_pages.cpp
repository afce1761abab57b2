#include "portal/access_pages.h"

#include <algorithm>
#include <array>

#include "portal/access_answers.h"
#include "portal/access_lists.h"
#include "portal/access_words.h"
#include "portal/certificate_pages.h"
#include "portal/give_access.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

// What the post before did, said once.
Html done_before(const AccessView& view) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> said{
      {{access::access_given, "access.given_now"},
       {access::access_withdrawn, "access.withdrawn_now"},
       {access::access_renounced, "access.renounced_now"},
       {access::access_approved, "access.requests.approved_now"},
       {access::access_refused, "access.requests.refused_now"},
       {access::access_blocked, "access.blocked_now"},
       {access::access_unblocked, "access.unblocked_now"},
       {access::access_asked, "access.ask.sent_now"},
       {access::access_kept, "access.ask.kept_now"},
       {access::access_request_withdrawn, "access.ask.withdrawn_now"}}};
  if (view.request.query_value(parameter::done_by).empty()) return {};
  for (const auto& [act, words] : said)
    if (view.did(act)) return ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  return {};
}

Html faults_above(const AccessView& view, const TypedGrant& typed) {
  Html content;
  if (typed.restored) content += ui::alert({.color = ui::Color::info, .title = view.t("access.restored")});
  if (!typed.error.empty()) content += ui::alert({.color = ui::Color::danger, .title = typed.error, .urgent = true});
  if (const auto faults = faults_of(typed); !faults.empty())
    content += ui::error_summary(view.t("form.errors"), faults);
  return content;
}

// Who asks, first: somebody waits.
Html requests_first(AccessView& view, const terms::Permit& permit) {
  const auto waiting = view.site.requests.waiting(permit);
  if (waiting.empty()) return {};
  return ui::section(view.t("access.requests"),
                     ui::paragraph(view.t("access.requests.text")) + waiting_requests(view, waiting));
}

Html requests_before(AccessView& view, const terms::Permit& permit) {
  Html content;
  if (const auto answered = view.site.requests.answered(permit); !answered.empty())
    content += ui::details(view.t("access.requests.answered"), answered_requests(view, answered));
  if (const auto blocked = view.site.requests.blocked(permit); !blocked.empty())
    content += ui::details(view.t("access.blocked"),
                           ui::paragraph(view.t("access.blocked.text")) + blocked_persons(view, blocked));
  return content;
}

// What this person has of others: on their own page all of it, on a business's what it gave.
Html of_oneself(AccessView& view) {
  if (!view.actor().is_person()) return {};  // an organisation's certificates have what its own page says
  auto received = view.uses.delegations.received_by(view.actor());
  if (view.party->id != view.actor().party) {
    std::erase_if(received, [&](const access::Delegation& one) { return one.from != view.party->id; });
    if (received.empty()) return {};
    return ui::section(view.t("access.received.here", {{"party", view.party->name}}), received_access(view, received));
  }
  Html content = ui::section(view.t("access.received"), received_access(view, received));
  if (const auto mine = view.site.requests.mine(view.actor()); !mine.empty())
    content += ui::section(view.t("access.own_requests"),
                           ui::paragraph(view.t("access.own_requests.text")) + own_requests(view, mine));
  return content + html::el("p", ui::link(view.t("access.ask.page"), route::ask_access));
}

Response access_page_with(AccessView& view, const TypedGrant& typed, int status) {
  const auto target = access::Target{.party = view.party->id};
  const auto may_give = view.site.decider.decide(view.actor(), terms::Action::delegate, target);
  const auto may_see = view.site.decider.decide(view.actor(), terms::Action::read_delegations, target);
  const bool person = view.party->kind == parties::PartyKind::person;
  const auto title = said_of_party(view, "access.title", {{"party", view.party->name}});
  Html content = ui::heading(1, title) + faults_above(view, typed) + done_before(view);
  // Who asks is shown to who may answer.
  if (may_give && !person) content += requests_first(view, *may_give);
  if (may_see) {
    content += ui::section(view.t("access.given"),
                           given_access(view, view.uses.delegations.given_by(may_give ? *may_give : *may_see)));
    if (!person) {
      content += ui::section(view.t("access.register"),
                             ui::paragraph(view.t("access.register.text")) + roles_from_registers(view));
      content += certificates_in_short(view, view.uses.certificates, may_give ? *may_give : *may_see);
    }
  } else {
    content += ui::alert({.color = ui::Color::info, .title = view.t("access.may_not_see")});
  }
  if (may_give) content += give_section(view, *may_give, typed);
  content += of_oneself(view);
  if (may_give && !person) content += requests_before(view, *may_give);
  content += html::el("p", ui::link(view.t("access.ask.help"), route::help_on_roles));
  return view.show({.title = title, .wide = true, .with_error = status >= 400, .status = status}, content);
}

Response access_page(AccessView& view) { return access_page_with(view, {}, 200); }

// Where one comes after logging in again, with what one had typed.
Response kept_access_page(AccessView& view) {
  const auto kept = view.kept();
  if (!kept) return access_page(view);
  auto typed = typed_grant(*kept);
  typed.restored = true;
  return access_page_with(view, typed, 200);
}

Response give(AccessView& view) {
  auto answer = give_access(view);
  if (auto* response = std::get_if<Response>(&answer)) return std::move(*response);
  const auto& again = std::get<NotGiven>(answer);
  return access_page_with(view, again.typed, again.status);
}

Response withdraw(AccessView& view) {
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.party->id});
  if (!permit) return view.fail(permit.error());
  const auto id = terms::DelegationId::parse(view.request.value(place::delegation));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.delegation.not_found"));
  const auto done =
      view.uses.delegations.withdraw(*permit, *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().access()));
}

}  // namespace

PageSet access_pages(const AccessUses& uses) {
  return {.name = "access",
          .menu_entry = "access",
          .routes = {party_page(Method::get, route::access, with(uses, access_page)),
                     party_page(Method::get, route::give_access, with(uses, kept_access_page)),
                     party_page(Method::post, route::give_access, with(uses, give)),
                     party_page(Method::post, route::withdraw_access, with(uses, withdraw)),
                     party_page(Method::get, route::access_request, with(uses, request_page)),
                     party_page(Method::post, route::approve_request, with(uses, approve_request)),
                     party_page(Method::post, route::refuse_request, with(uses, refuse_request)),
                     party_page(Method::post, route::block_asker, with(uses, block_asker)),
                     party_page(Method::post, route::unblock_asker, with(uses, unblock_asker))},
          .menu = {{.key = "access", .text = "menu.access", .somebody = route::access, .order = 30}},
          .elsewhere = {{.below = below_party::acts_of_access, .to = below_party::access}},
          .words = {"access.title"}};
}

}  // namespace alting::portal
