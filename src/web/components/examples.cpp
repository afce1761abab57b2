#include "web/components/examples.h"

#include "web/components/components.h"

namespace alting::web::ui {

using html::el;

namespace {

TextField named(std::string name, std::string label) {
  TextField field;
  field.name = std::move(name);
  field.label = std::move(label);
  return field;
}

void actions(std::vector<Example>& out) {
  Button danger{.label = "Slett utkastet",
                .variant = Variant::secondary,
                .color = Color::danger,
                .name = "handling",
                .value = "slett"};
  out.push_back(
      {"button", "primary, secondary, tertiary, danger, link",
       button_row(button("Send inn") + button("Lagre", Variant::secondary) + button("Avbryt", Variant::tertiary) +
                  button(danger) + button_link("Start skjema", "/skjema"))});
  out.push_back(
      {"link", "in text",
       el("p", html::text("Les mer om "), link("varsling av brudd", "/skjema/dat/avviksmelding"), html::text("."))});
  out.push_back({"copy", "reference", copy_button("Kopier referansen", "AR-2026-0001", "Kopiert")});
  Form form{.action = "/a/1/skjema",
            .token = "TOKEN",
            .hidden = {{"version", "7"}, {"once", "abc"}},
            .id = "skjema-eksempel",
            .autosave = "/a/1/skjema/lagre",
            .saved_text = "Lagret {time}",
            .saving_text = "Lagrer",
            .offline_text = "Uten nett. Vi lagrer når du er på nett igjen.",
            .conflict_text = "Noen andre har endret skjemaet."};
  out.push_back({"form", "with autosave", post_form(form, saved_state("Lagret 14:20") + button("Neste"))});
  Form rows{.action = "/a/1/rader", .token = "TOKEN"};
  rows.enter = Button{.label = "Neste", .name = "go", .value = "next"};
  Button away{.label = "Fjern rad 1", .variant = Variant::tertiary, .color = Color::danger};
  away.name = "remove-row:rader[0]";
  Button on{.label = "Neste", .name = "go", .value = "next"};
  out.push_back({"form", "whose first button one sees is not what Enter presses",
                 post_form(rows, text_field(named("rader[0]", "Navn")) + button(away) + button(on))});
  SessionWarning warning;
  warning.idle_seconds = 1800;
  warning.left_seconds = 28'800;
  warning.title = "Du blir snart logget ut";
  warning.idle_text = "Om fem minutter blir du logget ut.";
  warning.last_text = "En innlogging varer ikke lenger.";
  warning.stay_label = "Fortsett";
  warning.stay_address = "/okt";
  warning.over_title = "Du er logget ut";
  warning.over_text = "Det du har skrevet, står fortsatt på siden.";
  warning.login_label = "Logg inn i en ny fane";
  warning.login_href = "/logg-inn";
  warning.close_label = "Lukk";
  out.push_back({"session-warning", "before a session ends", session_warning(warning)});
  Confirm file{.id = "fjern-fil",
               .open_label = "Fjern",
               .about = "logg.txt",
               .plain = true,
               .title = "Vil du fjerne logg.txt?",
               .body = paragraph("Filen kan ikke hentes tilbake."),
               .confirm = {.label = "Ja, fjern", .color = Color::danger, .name = "detach", .value = "1"},
               .cancel_label = "Avbryt"};
  out.push_back(
      {"confirm", "in a form, for one of many", post_form({.action = "/a/1/filer", .token = "TOKEN"}, confirm(file))});
  out.push_back({"confirm", "before something that cannot be undone",
                 confirm({.id = "slett",
                          .open_label = "Slett utkastet",
                          .title = "Vil du slette utkastet?",
                          .body = paragraph("Det kan ikke hentes tilbake."),
                          .form = Form{.action = "/a/1/slett", .token = "TOKEN"},
                          .confirm = {.label = "Ja, slett", .color = Color::danger},
                          .cancel_label = "Avbryt"})});
}

void text_fields(std::vector<Example>& out) {
  TextField plain = named("navn", "Navn på virksomheten");
  plain.value = "Fjord & Fjell AS";
  plain.source = "Hentet fra Enhetsregisteret";
  plain.read_only = true;
  out.push_back({"text-field", "prefilled, read-only", text_field(plain)});
  TextField faulty = named("epost", "E-postadresse");
  faulty.type = "email";
  faulty.autocomplete = "email";
  faulty.value = "kari@";
  faulty.description = "Vi sender bare kvitteringen hit.";
  faulty.error = "Skriv hele e-postadressen, for eksempel kari@eksempel.no.";
  faulty.required = true;
  faulty.help_label = "Hva betyr dette?";
  faulty.help = el("p", html::text("Datatilsynet kan trenge å kontakte deg."));
  out.push_back({"text-field", "with an error and help", text_field(faulty)});
  TextField number = named("antall", "Hvor mange er berørt?");
  number.input_mode = "numeric";
  number.width = 8;
  number.suffix = "personer";
  number.warning = "Er tallet riktig? Det er høyere enn vanlig.";
  number.marker = "(valgfritt)";
  out.push_back({"text-field", "a number with a suffix and a warning", text_field(number)});
  TextArea area;
  area.name = "beskrivelse";
  area.label = "Hva skjedde?";
  area.description = "Skriv med egne ord. Ta ikke med navn på personer.";
  area.max_length = 4000;
  area.count_text = "{n} tegn igjen";
  area.state = "Kommer senere";
  area.value = "En e-post ble sendt til feil mottaker.";
  out.push_back({"text-area", "with a count", text_area(area)});
}

void choices(std::vector<Example>& out) {
  Select one;
  one.name = "land";
  one.label = "Land";
  one.empty_label = "Velg land";
  one.options = {{.value = "NO", .label = "Norge", .group = "Norden"},
                 {.value = "SE", .label = "Sverige", .group = "Norden"},
                 {.value = "DE", .label = "Tyskland", .group = "Europa ellers"}};
  one.value = "SE";
  out.push_back({"select", "in groups", select(one)});
  RadioGroup radio;
  radio.name = "ny-eller-tillegg";
  radio.label = "Er dette en ny avviksmelding eller et tillegg til en tidligere innsendt melding?";
  radio.options = {{.value = "ny", .label = "Ny melding"},
                   {.value = "tillegg", .label = "Tillegg", .description = "Du velger meldingen på neste side."}};
  radio.error = "Velg ett av svarene.";
  radio.required = true;
  out.push_back({"radio", "with an error", radio_group(radio)});
  RadioGroup yes_no;
  yes_no.name = "varslet";
  yes_no.label = "Er de berørte varslet?";
  yes_no.options = {{.value = "ja", .label = "Ja"}, {.value = "nei", .label = "Nei"}};
  yes_no.value = "ja";
  yes_no.inline_ = true;
  out.push_back({"radio", "side by side", radio_group(yes_no)});
  CheckboxGroup boxes;
  boxes.name = "opplysninger";
  boxes.label = "Hvilke typer opplysninger?";
  boxes.description = "Velg alle som passer.";
  boxes.options = {{.value = "navn", .label = "Navn og kontaktopplysninger"},
                   {.value = "helse", .label = "Helseopplysninger", .description = "Særlig kategori, artikkel 9"},
                   {.value = "fnr", .label = "Fødselsnummer"}};
  boxes.values = {"navn", "helse"};
  out.push_back({"checkbox", "a group", checkbox_group(boxes)});
  Checkbox single;
  single.name = "bekreft";
  single.label = "Jeg har sett over opplysningene";
  single.error = "Se over og kryss av før du sender.";
  out.push_back({"checkbox", "one, with an error", checkbox(single)});
  Checkbox later;
  later.name = "later:hvordan";
  later.label = "Kommer senere";
  later.about = "Hvordan oppstod avviket?";
  out.push_back({"checkbox", "one of many that look the same", checkbox(later)});
}

// Labels as the texts of services have them: Markdown and HTML, and an answer that is neither.
void rich_texts(std::vector<Example>& out) {
  RadioGroup group;
  group.name = "rik-gruppe";
  group.label = RichText::written("Gjelder **barn** under <em>13 år</em>?<br/>Les [veilederen](/hjelp).");
  group.description_html =
      html::blocks(RichText::written("<strong>Tell med</strong> alle:\n\n- elever\n- <i>ansatte</i>"));
  group.options = {{"ja", RichText::written("Ja, <em>minst ett</em>"), RichText::written("Også **mulig**"), false, ""},
                   {"nei", RichText::written("Nei, ikke ") + RichText("**<b>Kari</b>**")}};
  out.push_back({"rich-text", "a group", radio_group(group)});
  Select select_one;
  select_one.name = "rik-liste";
  select_one.label = RichText::written("Velg *en*");
  select_one.options = {{"a", RichText::written("**A**<br/>og B")}};
  out.push_back({"rich-text", "a list, whose options HTML has as plain text", ui::select(select_one)});
  const auto link = RichText::written("Les [mer](/hjelp) **nå**");
  out.push_back({"rich-text", "where no link may be",
                 button({.label = link, .variant = Variant::secondary}) + details(link, html::blocks(link))});
  out.push_back(
      {"rich-text", "an alert",
       alert({.color = Color::warning,
              .title = RichText::written("Frist: **72 timer**"),
              .body = html::blocks(RichText::written("<p>Meld *først*.</p><ol><li>Ring</li><li>Skriv</li></ol>"))})});
}

void dates_and_files(std::vector<Example>& out) {
  DateField date;
  date.name = "oppdaget-dato";
  date.label = "Når ble det oppdaget?";
  date.value = "2026-11-20";
  date.max = "2026-11-22";
  date.description = "For eksempel 20.11.2026";
  out.push_back({"date", "a date", date_field(date)});
  DateTimeField moment;
  moment.name = "oppdaget";
  moment.label = "Når ble bruddet oppdaget?";
  moment.description = "Fristen på 72 timer regnes herfra.";
  moment.date_name = "oppdaget.date";
  moment.time_name = "oppdaget.time";
  moment.date_label = "Dato";
  moment.time_label = "Klokkeslett";
  moment.value = "2026-11-20T14:20";
  out.push_back({"date", "date and time", date_time_field(moment)});
  FileField file;
  file.name = "vedlegg";
  file.label = "Vedlegg";
  file.description = "PDF, bilder og Office-filer, inntil 25 MB hver.";
  file.accept = {".pdf", ".png"};
  file.multiple = true;
  file.button_label = "Last opp";
  file.drop_text = "Dra filer hit, eller velg dem";
  file.progress_text = "Laster opp {percent} %";
  out.push_back({"file", "upload", file_field(file)});
  SearchField search{.label = "Søk i innboksen",
                     .button = "Søk",
                     .id = "sok-eksempel",
                     .action = "/a/1/innboks",
                     .hidden = {{"mappe", "arkiv"}},
                     .live = "treff",
                     .show_label = true};
  out.push_back({"search", "live", search_field(search)});
  out.push_back({"fieldset", "fields that belong together",
                 fieldset("Kontaktperson", text_field(named("k-navn", "Navn")) + text_field(named("k-tlf", "Telefon")),
                          html::markdown("Den vi kan ringe."))});
  rich_texts(out);
}

void feedback(std::vector<Example>& out) {
  for (auto [color, words] :
       std::initializer_list<std::pair<Color, std::string_view>>{{Color::info, "Du kan lagre og fortsette senere."},
                                                                 {Color::success, "Meldingen er sendt."},
                                                                 {Color::warning, "Fristen er i morgen."},
                                                                 {Color::danger, "Filen er for stor."}})
    out.push_back({"alert", std::string(to_text(color)), alert(color, words)});
  out.push_back({"alert", "with a title",
                 alert({.color = Color::warning,
                        .title = "Gradert informasjon skal ikke sendes her",
                        .body = paragraph("Ring Datatilsynet.")})});
  out.push_back(
      {"error-summary", "two faults",
       error_summary("Du må rette dette før du kan sende", {{"epost", "Skriv hele e-postadressen."},
                                                            {"ny-eller-tillegg", "Velg om det er en ny melding."}})});
  out.push_back(
      {"tag", "all colours",
       el("div", {{"class", "tags"}}, tag("Utkast"), tag("Sendt", Color::success), tag("Frist i dag", Color::warning),
          tag("For sent", Color::danger), tag("Til Datatilsynet", Color::info), tag("Ny", Color::accent))});
  out.push_back({"badge", "a count", el("p", html::text("Innboks "), badge(3, "3 uleste"))});
  out.push_back({"empty-state", "an empty inbox",
                 empty_state({.title = "Ingen meldinger ennå",
                              .text = "Her kommer skjemaer du har begynt på, og svar fra etatene.",
                              .action = button_link("Finn et skjema", "/skjema")})});
  base::Instant at{1'795'442'400'000'000};
  out.push_back({"deadline", "in time",
                 deadline_clock({.at = at,
                                 .label = "Frist for å melde",
                                 .when = "mandag 23. november 2026 kl. 14:20",
                                 .words = "om 2 dager og 3 timer",
                                 .grace = "Uten begrunnelse til kl. 15:00",
                                 .late_after = base::Instant{at.micros + 2'400'000'000}})});
  out.push_back(
      {"deadline", "in one line", deadline_line({.at = at, .label = "Frist", .words = "om 2 timer", .soon = true})});
  out.push_back({"deadline", "passed",
                 deadline_clock({.at = {1'700'000'000'000'000},
                                 .label = "Frist for å melde",
                                 .when = "tirsdag 14. november 2023 kl. 23:13",
                                 .words = "for 700 dager siden",
                                 .passed = true})});
  out.push_back({"steps", "third of five",
                 progress_steps({.label = "Sider i skjemaet",
                                 .summary = "Steg 3 av 5: Hva skjedde",
                                 .done_word = "ferdig",
                                 .fault_word = "har feil",
                                 .steps = {{"Melder", "/1", Step::State::done},
                                           {"Når", "/2", Step::State::fault},
                                           {"Hva skjedde", "/3", Step::State::current},
                                           {"Konsekvenser", "", Step::State::upcoming},
                                           {"Send", "", Step::State::upcoming}}})});
  Steps many{.label = "Sider i det lange skjemaet",
             .summary = "Side 2 av 8",
             .done_word = "ferdig",
             .fault_word = "har feil",
             .steps = {},
             .all_label = "Alle sidene"};
  for (const auto* name : {"Melder", "Når", "Hva", "Hvem", "Følger", "Tiltak", "Vedlegg", "Send"})
    many.steps.push_back({name, fmt::format("/{}", many.steps.size() + 1), Step::State::upcoming});
  many.steps[0].state = Step::State::done;
  many.steps[1].state = Step::State::current;
  out.push_back({"steps", "the neighbours of many", progress_steps(many)});
  many.label = "Sidene der det er trangt";
  out.push_back({"steps", "where there is no room", steps_menu(many)});
  out.push_back({"saved-state", "saved", el("div", {{"id", "lagret-eksempel"}}, html::text("Lagret 14:20"))});
}

void content(std::vector<Example>& out) {
  out.push_back({"heading", "levels",
                 heading(2, "Brudd på personopplysningssikkerheten") + heading(3, "Konsekvenser") +
                     ingress("Meld fra innen 72 timer.") + paragraph("Du kan sende det du vet nå.")});
  out.push_back({"prose", "Markdown",
                 prose(html::markdown(
                     "Send **det du vet**. Les [veilederen](https://www.datatilsynet.no/).\n\n- Lagre\n- Send"))});
  out.push_back(
      {"card", "a grid of three",
       card_grid(
           card({.title = "Melding om avvik",
                 .href = "/skjema/dat/avviksmelding",
                 .body = paragraph("Datatilsynet. Tar om lag 20 minutter."),
                 .tags = tag("Mest brukt", Color::info)}) +
           card({.title = "Be om veiledning", .href = "/skjema/dat/veiledning", .body = paragraph("Datatilsynet")}) +
           card({.title =
                     "Et svært langt navn på et skjema som ikke får plass på én linje, og som likevel skal kunne leses",
                 .tinted = true}))});
  out.push_back({"list", "with bullets", list({html::text("PDF"), html::text("Bilder")})});
  out.push_back({"items", "an inbox",
                 item_list({{.title = "Melding om avvik",
                             .href = "/a/1/sak/1",
                             .details = html::text("Datatilsynet · AR-2026-0001"),
                             .tags = tag("Under arbeid", Color::warning),
                             .end = html::text("i dag"),
                             .unread = true,
                             .unread_word = "Ulest"},
                            {.title = "Svar på henvendelse",
                             .href = "/a/1/sak/2",
                             .details = html::text("Datatilsynet"),
                             .tags = tag("Mottatt", Color::info),
                             .end = html::text("20. november")}},
                           "Meldinger")});
  Table rows{
      .caption = "Innsendte meldinger",
      .columns = {
          {.name = "Referanse", .sort_href = "?sort=ref"},
          {.name = "Avsender"},
          {.name = "Berørte", .numeric = true, .sort_href = "?sort=antall", .sorted = Column::Sorted::descending},
          {.name = "Frist"}}};
  rows.rows = {
      {link("AR-2026-0001", "/etat/dat/1"), html::text("Fjord & Fjell AS"), html::text("1 200"),
       tag("om 2 dager", Color::warning)},
      {link("AR-2026-0002", "/etat/dat/2"), html::text("Kommunen"), html::text("3"), tag("i tide", Color::success)}};
  out.push_back({"table", "sorted", table(rows)});
  out.push_back({"terms", "a summary",
                 description_list({{"Virksomhet", html::text("Fjord & Fjell AS"), {}},
                                   {"Oppdaget", html::text("20. november 2026 kl. 14:20"), link("Endre", "/3")}})});
  out.push_back({"timeline", "a matter",
                 timeline({{"20. november kl. 14:20", "2026-11-20T13:20:00Z", "Sendt av Kari Nordmann",
                            paragraph("Kvittering AR-2026-0001"), Color::success},
                           {"i dag kl. 09:00", "2026-11-22T08:00:00Z", "Åpnet av Datatilsynet", {}, Color::info}},
                          "Hva som har skjedd")});
  out.push_back(
      {"details", "closed", details("Hvem kan se dette?", paragraph("De som har rollen Utfyller/innsender."))});
}

void moving(std::vector<Example>& out) {
  out.push_back(
      {"breadcrumbs", "three levels",
       breadcrumbs(
           {{.label = "Forsiden", .href = "/"}, {.label = "Skjema", .href = "/skjema"}, {.label = "Melding om avvik"}},
           "Du er her")});
  out.push_back({"language", "switch",
                 language_switch({{base::Language::nb, "Bokmål", "/sprak/nb", true},
                                  {base::Language::nn, "Nynorsk", "/sprak/nn"},
                                  {base::Language::en, "English", "/sprak/en"}},
                                 "Velg språk")});
  out.push_back(
      {"tabs", "folders",
       tabs({{.label = "Under arbeid", .href = "?mappe=utkast", .current = true, .count = 2, .count_words = "2 utkast"},
             {.label = "Sendt", .href = "?mappe=sendt"},
             {.label = "Arkiv", .href = "?mappe=arkiv"}},
            "Mapper")});
  out.push_back({"pagination", "page 6 of 20",
                 pagination({.label = "Sider",
                             .previous = "Forrige",
                             .next = "Neste",
                             .page_word = "Side",
                             .page = 6,
                             .pages = 20,
                             .href = "/a/1/innboks?side={page}"})});
}

Layout gallery_layout() {
  Layout layout;
  layout.title = "Komponenter";
  layout.site_name = "Alting";
  layout.home_label = "til forsiden";
  layout.skip_label = "Hopp til hovedinnhold";
  layout.test_banner = "Test: alt her er oppdiktet";
  layout.language_label = "Språk";
  layout.languages = {{base::Language::nb, "Bokmål", "/sprak/nb", true},
                      {base::Language::nn, "Nynorsk", "/sprak/nn"},
                      {base::Language::en, "English", "/sprak/en"}};
  layout.search_label = "Søk etter skjema";
  layout.search_button = "Søk";
  layout.search_action = "/skjema";
  layout.representing = Representing{.label = "Du representerer",
                                     .name = "Fjord & Fjell AS",
                                     .detail = "Org.nr. 310 123 456",
                                     .change_label = "Bytt",
                                     .change_href = "/aktor"};
  layout.person =
      PersonMenu{.label = "Meny for Kari Nordmann",
                 .name = "Kari Nordmann",
                 .links = {{.label = "Profil", .href = "/profil"}, {.label = "Aktivitet", .href = "/aktivitet"}},
                 .log_out_label = "Logg ut",
                 .log_out = {.action = "/logg-ut", .token = "TOKEN"}};
  layout.menu_label = "Hovedmeny";
  layout.menu = {{.label = "Innboks", .href = "/a/1/innboks", .count = 3, .count_words = "3 uleste"},
                 {.label = "Skjema", .href = "/skjema", .current = true},
                 {.label = "Tilgang", .href = "/a/1/tilgang"}};
  layout.crumbs_label = "Brødsmulesti";
  layout.crumbs = {{.label = "Forsiden", .href = "/"}, {.label = "Komponenter"}};
  layout.footer_label = "Om nettstedet";
  layout.footer = {{.label = "Personvern", .href = "/personvern"},
                   {.label = "Informasjonskapsler", .href = "/informasjonskapsler"},
                   {.label = "Tilgjengelighet", .href = "/tilgjengelighet"},
                   {.label = "Kontroller en kvittering", .href = "/kvittering"},
                   {.label = "Driftsstatus", .href = "/status"},
                   {.label = "Kontakt", .href = "/hjelp"}};
  layout.footer_words = "Alting drives av et tenkt direktorat.";
  return layout;
}

}  // namespace

std::vector<Example> examples() {
  std::vector<Example> out;
  actions(out);
  text_fields(out);
  choices(out);
  dates_and_files(out);
  feedback(out);
  content(out);
  moving(out);
  out.push_back(
      {"page", "a whole page", page(gallery_layout(), Assets(), heading(1, "Overskrift") + paragraph("Innhold"))});
  return out;
}

html::Html gallery(const Assets& assets) {
  html::Html body = heading(1, "Komponenter");
  std::string shown;
  for (const Example& example : examples()) {
    if (example.component == "page") continue;
    if (example.component != shown) body += heading(2, example.component, "c-" + example.component);
    shown = example.component;
    body += el("p", {{"class", "item-details"}}, html::text(example.name)) +
            el("div", {{"class", "example"}}, example.markup);
  }
  return page(gallery_layout(), assets, body);
}

void add_gallery(Router& router, const Assets& assets) {
  router.add(Method::get, "/components", [&assets](const Request&) { return web::page(gallery(assets)); });
}

}  // namespace alting::web::ui
