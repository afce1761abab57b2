#include "portal/message_sending_pages.h"

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/form_uploads.h"
#include "portal/interface_view.h"
#include "portal/message_sending_view.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

constexpr int new_answers_shown = 20;

Html new_answers_of(const MessageSendingView& view, const SendingStaff& staff) {
  const auto answers = view.uses.sent.new_answers(staff.scope, new_answers_shown);
  if (!answers || answers->empty()) return {};
  std::vector<ui::ItemRow> rows;
  for (const auto& one : *answers)
    rows.push_back({.title = one.title.empty() ? one.party_name : one.title,
                    .href = staff.addresses().recipient(one.batch, one.message),
                    .details = text(one.party_name + " · " + service_title(view, one.service)),
                    .end = time_tag(view, one.at, base::TimeStyle::compact),
                    .unread = !one.read,
                    .unread_word = view.t("sending.answer.unread")});
  return ui::section(view.t("sending.answers.new"), ui::item_list(rows, view.t("sending.answers.new")));
}

Html batch_state(const View& view, const inbox::BatchSummary& one) {
  Html tags;
  if (one.taken_back_at)
    tags += ui::tag(view.t("sending.state.taken_back"), ui::Color::neutral);
  else if (!one.published_at)
    tags += ui::tag(view.t("sending.state.waits"), ui::Color::info);
  if (one.confidential) tags += ui::tag(view.t("sending.confidential.tag"), ui::Color::warning);
  if (one.answered > 0) tags += ui::tag(view.plural("sending.count.answered", one.answered), ui::Color::info);
  if (one.must_confirm)
    tags += ui::tag(view.t("sending.count.confirmed",
                           {{"count", std::to_string(one.confirmed)}, {"of", std::to_string(one.recipients)}}),
                    one.confirmed == one.recipients ? ui::Color::success : ui::Color::neutral);
  return el("div", {{"class", "tags"}}, tags);
}

Html batch_table(const MessageSendingView& view, const SendingStaff& staff,
                 const std::vector<inbox::BatchSummary>& batches) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : batches)
    rows.push_back(
        {ui::link(one.title, staff.addresses().batch(one.id)) +
             (one.case_reference.empty() ? Html() : detail(view.t("sending.case"), ui::breakable(one.case_reference))),
         text(service_title(view, one.service)),
         time_tag(view, one.published_at.value_or(one.publish_at), base::TimeStyle::compact),
         text(view.t("sending.count.opened",
                     {{"count", std::to_string(one.opened)}, {"of", std::to_string(one.recipients)}})),
         batch_state(view, one)});
  return ui::table({.caption = view.t("sending.sent"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("sending.field.title")},
                                {.name = view.t("sending.field.service")},
                                {.name = view.t("sending.available")},
                                {.name = view.t("sending.opened")},
                                {.name = view.t("agency.state")}},
                    .rows = std::move(rows)});
}

Response sent_list(MessageSendingView& view) {
  const auto staff = sending_staff(view);
  if (!staff) return view.fail(staff.error());
  inbox::BatchQuery query;
  query.words = view.search_text();
  query.after = view.request.query_value(parameter::after);
  const auto page = view.uses.sent.list(staff->scope, query);
  if (!page) return view.fail(page.error());
  const auto title = view.t("sending.title", {{"org", staff->agency_name}});
  Html content = ui::heading(1, title);
  content += ui::ingress(view.t("sending.ingress"));
  content += ui::button_row(ui::button_link(view.t("sending.write"), staff->addresses().write()));
  if (query.words.empty() && query.after.empty()) content += new_answers_of(view, *staff);
  Html sent = ui::search_field({.name = std::string(parameter::search),
                                .label = view.t("sending.search"),
                                .value = query.words,
                                .button = view.t("site.search_button"),
                                .id = "sending-search",
                                .action = staff->addresses().page(),
                                .show_label = true});
  if (page->rows.empty())
    sent += ui::empty_state({.title = view.t(query.words.empty() ? "sending.none" : "agency.no_hits"),
                             .text = view.t(query.words.empty() ? "sending.none.text" : "sending.no_hits.text"),
                             .heading_level = 3});
  else
    sent += batch_table(view, *staff, page->rows);
  if (!page->next.empty())
    sent += ui::button_row(ui::button_link(
        view.t("list.more"),
        with_query(staff->addresses().page(), {{parameter::after, page->next}, {parameter::search, query.words}}),
        ui::Variant::secondary));
  content += ui::section(view.t("sending.sent"), sent);
  return view.show(
      {.title = title,
       .crumbs = {{view.t("agency.queue"), queue_address(staff->org)}, {view.t("sending.crumb"), "", true}},
       .wide = true},
      content);
}

}  // namespace

std::vector<ui::NavLink> SendingStaff::crumbs(const View& view, std::string_view title) const {
  return {{view.t("agency.queue"), queue_address(org)},
          {view.t("sending.crumb"), addresses().page()},
          {std::string(title), "", true}};
}

base::Result<SendingStaff> sending_staff(const MessageSendingView& view) {
  const auto org = view.request.value(place::org);
  ALTING_TRY(scope, view.site.decider.agency_scope(view.actor(), org, terms::Action::agency_follow));
  return SendingStaff{
      .org = std::string(org), .agency_name = agency_name(view, view.uses.apps, org), .scope = std::move(scope)};
}

base::Result<terms::Permit> permit_to_follow(const MessageSendingView& view, const SendingStaff& staff,
                                             const inbox::BatchId& batch) {
  const auto service = view.uses.sent.service_of(batch);
  if (!service || service->org != staff.org) return base::make_error(ErrorKind::not_found, "sending.error.not_found");
  return view.site.decider.decide_agency(view.actor(), staff.org, {.party = {}, .app = *service},
                                         terms::Action::agency_follow);
}

std::string service_title(const MessageSendingView& view, const terms::AppId& service) {
  const auto app = view.uses.apps.find(service);
  return app ? app->title(view.language) : service.text();
}

PageSet message_sending_pages(const MessageSendingUses& uses) {
  auto limits = limits_with_files();
  limits.upload = inbox::largest_message_file;
  limits.upload_total = inbox::max_files_octets;
  limits.uploads = 2 * inbox::max_message_files;  // of more than are taken one is told on the page
  limits.tell_large = true;
  return {.name = "sending",
          .menu_entry = "agency",
          .routes = {staff_page(Method::get, route::sent_messages, with(uses, sent_list)),
                     staff_page(Method::get, route::write_message, with(uses, write_message_page)),
                     staff_page(Method::post, route::write_message, with(uses, post_message), limits),
                     staff_page(Method::get, route::sent_batch, with(uses, sent_batch_page)),
                     staff_page(Method::post, route::recall_batch, with(uses, recall_batch)),
                     staff_page(Method::get, route::sent_file, with(uses, sent_file)),
                     staff_page(Method::get, route::sent_recipient, with(uses, sent_recipient_page)),
                     staff_page(Method::get, route::answer_file, with(uses, answer_file))},
          .words = {"sending.title", "sending.crumb", "sending.write"}};
}

}  // namespace alting::portal
