// Correcting: for each datum of a person or a business the register that is right about it, and what to write there. Nothing
// is changed here; that it is disputed is noted beside it meanwhile.
#include <fmt/format.h>

#include <algorithm>

#include "portal/rights_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

namespace dispute_field {
constexpr std::string_view datum = "opplysning", disputed = "bestridt";
}

std::string address_in_a_line(const parties::Address& address) {
  std::string lines;
  for (const auto& line : address.lines) lines += line + ", ";
  return lines + address.postal_code + " " + address.postal_place;
}

// As the population register has it here; "" of what stands on the profile.
std::string known_of_oneself(const parties::Person& self, std::string_view datum, Language language) {
  if (datum == "name") return self.party.name;
  if (datum == "birth") return base::date_in_words(self.birth_date, language);
  if (datum == "address" && self.address) return address_in_a_line(*self.address);
  return {};
}

// As the business register has it here; "" of the roles, which stand with the accesses.
std::string known_of_business(const parties::Organisation& business, std::string_view datum) {
  std::vector<std::string> parts;
  if (datum == "name") parts = {business.party.name, business.party.organisation_form};
  if (datum == "industry") parts = {business.industry_text, business.sector_text};
  if (datum == "employees" && business.employees) parts = {std::to_string(*business.employees)};
  if (datum == "contact") parts = {business.email, business.phone, business.mobile, business.website};
  if (datum == "address")
    for (const auto& address : {business.business_address, business.postal_address})
      if (address) parts.push_back(address_in_a_line(*address));
  std::erase(parts, std::string());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string known_value(const RightsView& view, const terms::Permit& permit, std::string_view datum) {
  if (is_of_oneself(view)) {
    const auto self = view.site.parties.self(view.actor());
    return self ? known_of_oneself(*self, datum, view.language) : std::string();
  }
  const auto business = view.site.parties.organisation(permit);
  return business ? known_of_business(*business, datum) : std::string();
}

Html datum_section(RightsView& view, std::string_view datum, const std::string& value,
                   const std::vector<privacy::Dispute>& disputes) {
  const auto id = (is_of_oneself(view) ? "rights.correct." : "rights.correct.business.") + std::string(datum);
  const auto marked = std::ranges::find(disputes, datum, &privacy::Dispute::datum);
  const bool is_disputed = marked != disputes.end();
  Html content;
  if (!value.empty()) content += el("p", ui::breakable(value));
  if (is_disputed)
    content += el("p", ui::tag(view.t("rights.disputed_since", {{"day", day_in_words(view, marked->since)}}),
                               ui::Color::warning));
  content += ui::prose(html::markdown(view.t(id + ".text")));
  auto form = view.form(view.addresses().rights().correct(), true);
  form.hidden.emplace_back(dispute_field::datum, datum);
  form.hidden.emplace_back(dispute_field::disputed, is_disputed ? parameter::no : parameter::yes);
  content += ui::post_button(form, {.label = view.t(is_disputed ? "rights.dispute.lift" : "rights.dispute.mark"),
                                    .about = view.t(id),
                                    .variant = ui::Variant::secondary});
  return ui::section(view.t(id), content);
}

}  // namespace

Response correction_page(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto title = view.t("rights.correct");
  Html content = ui::heading(1, title) + ui::ingress(view.t("rights.correct.ingress"));
  if (view.did(privacy::dispute_marked)) content += ui::alert(ui::Color::success, view.t("rights.dispute.marked_now"));
  if (view.did(privacy::dispute_lifted)) content += ui::alert(ui::Color::success, view.t("rights.dispute.lifted_now"));
  const auto disputes = view.uses.disputes.of(*permit);
  for (const auto datum : privacy::Disputes::data_of(*permit))
    content += datum_section(view, datum, known_value(view, *permit, datum), disputes);
  content += ui::section(
      view.t("rights.correct.sent"),
      ui::paragraph(view.t("rights.correct.sent.text")) +
          ui::button_row(ui::button_link(view.t("rights.erase.to_sent"), view.addresses().inbox(inbox::Folder::sent),
                                         ui::Variant::secondary)));
  if (is_of_oneself(view)) content += el("p", ui::link(view.t("rights.correct.to_profile"), route::profile));
  return show_right(view, {.title = title, .crumbs = rights_crumbs(view, title)}, content);
}

Response mark_disputed(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto datum = view.request.form_value(dispute_field::datum);
  const auto once = view.request.form_value("once");
  const auto done = view.request.form_value(dispute_field::disputed) == parameter::no
                        ? view.uses.disputes.lift(*permit, datum, view.request.received, once)
                        : view.uses.disputes.mark(*permit, datum, view.request.received, once);
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().rights().correct()));
}

}  // namespace alting::portal
