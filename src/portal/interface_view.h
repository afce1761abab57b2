// What the pages of an agency's interfaces share (interface_pages.h): who asks, and subscriptions in words.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "portal/interface_pages.h"

namespace alting::portal {

using InterfaceView = ViewOf<InterfaceUses>;

// Who asks, for which agency, and what they may do there.
struct InterfaceStaff {
  std::string org, agency_name;
  terms::Scope scope;
  // On the agency's own organisation: to see its keys, and to change keys and subscriptions.
  std::optional<terms::Permit> may_see_keys, may_manage;
  [[nodiscard]] events::Ground ground() const { return {scope, may_manage ? &*may_manage : nullptr}; }
  [[nodiscard]] InterfaceAddresses addresses() const { return InterfaceAddresses(org); }
};
// Errors: the Decider's, for who is not of the staff.
[[nodiscard]] base::Result<InterfaceStaff> interface_staff(const InterfaceView& view);
// The same for who changes something: `forbidden` for those of the staff who do not manage the agency's access.
[[nodiscard]] base::Result<InterfaceStaff> interface_manager(const InterfaceView& view);

// "Datatilsynet" for "dat": the name its forms give the controller, else the code.
[[nodiscard]] std::string agency_name(const View& view, const forms::AppCatalogue& apps, std::string_view org);

// The part of an address that says whose it is, and which of theirs: "saker.etaten.example/hendelser", shortened. Of a query,
// which may hold a secret, only that there is one: "?…".
[[nodiscard]] std::string receiver_in_words(std::string_view address);
[[nodiscard]] Html subscription_tag(const View& view, const events::Subscription& one);
// What came of an attempt, as a sentence; "" before the first.
[[nodiscard]] std::string outcome_in_words(const View& view, std::string_view outcome, int status);
// What it asks for: "Alle skjema. Bare høy risiko".
[[nodiscard]] std::string filter_in_words(const View& view, const forms::AppCatalogue& apps,
                                          const events::Filter& filter);
[[nodiscard]] std::string event_type_in_words(const View& view, std::string_view type);
[[nodiscard]] std::string resource_of_form(const terms::AppId& app);

// "Laget av Sirlig Regnskap AS for Datatilsynet"; "" of one that no supplier made.
[[nodiscard]] std::string maker_in_words(const View& view, const InterfaceStaff& staff,
                                         const events::Subscription& one);
// "Hente det som er sendt inn".
[[nodiscard]] std::string scope_in_words(const View& view, std::string_view scope);

// Of those that nothing reaches: which, why, and the way there. Nothing where all is well.
[[nodiscard]] Html failing_subscriptions(const View& view, std::string_view org,
                                         const std::vector<events::Subscription>& all);

// The way back from a page below that of all: what is due, the interfaces, `here`.
[[nodiscard]] std::vector<ui::NavLink> interface_crumbs(const View& view, const InterfaceStaff& staff,
                                                        std::string_view here);

// A page with one form, as it was typed.
struct InterfaceForm {
  std::string title, ingress, action;  // the title is the button's too
  Html fields;
  std::vector<ui::FieldError> faults;  // of its fields, in their order; those without words are none
  std::string error = {};              // what is wrong with no single field
  std::string restored = {};           // says that it was typed before a login
};
[[nodiscard]] Response interface_form(InterfaceView& view, const InterfaceStaff& staff, InterfaceForm form, int status);
// Such a page as one comes to it: empty, or with what was typed when the session was over, once. `show` takes the view,
// who asks, what was typed and the status.
template <class Typed, class Show>
[[nodiscard]] Response empty_or_kept_form(InterfaceView& view, Typed (*read)(const Request&), const Show& show) {
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto kept = view.take_kept();
  Typed typed = kept ? read(*kept) : Typed();
  typed.restored = kept.has_value();
  return show(view, *staff, typed, 200);
}

// client_pages.cpp, supplier_pages.cpp, subscription_pages.cpp.
[[nodiscard]] Html client_section(InterfaceView& view, const InterfaceStaff& staff);
[[nodiscard]] Response add_client_page(InterfaceView& view);
[[nodiscard]] Response add_client(InterfaceView& view);
[[nodiscard]] Response end_client(InterfaceView& view);
// That one was given just now, and to whom; nothing when none was.
[[nodiscard]] Html supplier_given_now(const InterfaceView& view, const InterfaceStaff& staff);
[[nodiscard]] Html supplier_section(InterfaceView& view, const InterfaceStaff& staff);
[[nodiscard]] Response add_supplier_page(InterfaceView& view);
[[nodiscard]] Response add_supplier(InterfaceView& view);
[[nodiscard]] Response end_supplier_page(InterfaceView& view);
[[nodiscard]] Response end_supplier(InterfaceView& view);
[[nodiscard]] Response subscription_page(InterfaceView& view);
[[nodiscard]] Response add_subscription_page(InterfaceView& view);
[[nodiscard]] Response add_subscription(InterfaceView& view);
[[nodiscard]] Response end_subscription(InterfaceView& view);
[[nodiscard]] Response check_subscription(InterfaceView& view);
[[nodiscard]] Response replay_subscription_page(InterfaceView& view);
[[nodiscard]] Response replay_subscription(InterfaceView& view);

}  // namespace alting::portal
