#include "portal/mail_copy_pages.h"

#include "base/text.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using MailCopyView = ViewOf<MailCopyUses>;

// With its own line ends, and never as markup.
Html as_it_is(std::string_view words) {
  return el("pre", {{"class", "as-it-is"}}, text(base::replace_all(base::replace_invalid(words), "\r\n", "\n")));
}

Response mail_list(MailCopyView& view) {
  const auto page = view.uses.copies.list(view.request.query_value(parameter::after));
  Html content = ui::heading(1, view.t("outbox.title")) + ui::ingress(view.t("outbox.text"));
  if (page.rows.empty()) {
    content += ui::empty_state({.title = view.t("outbox.none"), .text = view.t("outbox.none.text")});
  } else {
    std::vector<std::vector<Html>> rows;
    for (const auto& mail : page.rows)
      rows.push_back({ui::link(mail.subject, filled(route::mail_copy, {mail.id})), ui::breakable(mail.to),
                      time_tag(view, mail.at, base::TimeStyle::compact)});
    content += ui::table(
        {.caption = view.t("outbox.title"),
         .hide_caption = true,
         .columns = {{.name = view.t("outbox.subject")}, {.name = view.t("outbox.to")}, {.name = view.t("outbox.at")}},
         .rows = std::move(rows)});
  }
  if (!page.next.empty())
    content += ui::button_row(ui::button_link(
        view.t("list.more"), with_query(route::mail_copies, {{parameter::after, page.next}}), ui::Variant::secondary));
  return view.show({.title = view.t("outbox.title"), .wide = true}, content);
}

Response one_mail(MailCopyView& view) {
  const auto mail = view.uses.copies.find(view.request.value(place::mail));
  if (!mail) return view.fail(base::make_error(base::ErrorKind::not_found, "outbox.error.not_found"));
  Html content = ui::heading(1, mail->subject);
  content += ui::description_list({{view.t("outbox.to"), ui::breakable(mail->to), {}},
                                   {view.t("outbox.at"), time_tag(view, mail->at, base::TimeStyle::full), {}}});
  content += ui::section(view.t("outbox.plain"), as_it_is(mail->plain));
  content += ui::section(view.t("outbox.headers"), as_it_is(mail->headers));
  content += ui::details(view.t("outbox.html"), as_it_is(mail->html));
  content += ui::details(view.t("outbox.whole"), as_it_is(mail->text));
  return view.show({.title = mail->subject,
                    .crumbs = {{view.t("outbox.title"), std::string(route::mail_copies)}, {mail->subject, "", true}},
                    .wide = true},
                   content);
}

}  // namespace

PageSet mail_copy_pages(const MailCopyUses& uses) {
  return {.name = "outbox",
          .routes = {open_page(Method::get, route::mail_copies, with(uses, mail_list)),
                     open_page(Method::get, route::mail_copy, with(uses, one_mail))},
          .footer = {{.text = "footer.outbox", .href = route::mail_copies, .order = 90}},
          .words = {"outbox.title"}};
}

}  // namespace alting::portal
