#include "forms/messages.h"

#include "base/text.h"

namespace alting::forms {

namespace {

struct Message {
  std::string_view code, nb, nn, en;
};

constexpr Message messages[] = {
    {"above", "{field}: Skriv et tall som er større enn {min}.", "{field}: Skriv eit tal som er større enn {min}.",
     "{field}: Enter a number greater than {min}."},
    {"after_deadline", "Meldingen sendes etter fristen. Fyll ut: {field}",
     "Meldinga blir send etter fristen. Fyll ut: {field}", "This is being sent after the deadline. Fill in: {field}"},
    {"below", "{field}: Skriv et tall som er mindre enn {max}.", "{field}: Skriv eit tal som er mindre enn {max}.",
     "{field}: Enter a number less than {max}."},
    {"cards", "{field}: Teksten ser ut til å inneholde et kortnummer. Ta det bort hvis det ikke er nødvendig.",
     "{field}: Det ser ut til at teksten inneheld eit kortnummer. Ta det bort om det ikkje trengst.",
     "{field}: The text seems to contain a payment card number. Remove it unless it is needed."},
    {"deferrable", "Fyll ut, eller velg at opplysningen kommer senere: {field}",
     "Fyll ut, eller vel at opplysninga kjem seinare: {field}",
     "Fill in, or choose that the information will follow later: {field}"},
    {"emails",
     "{field}: Teksten ser ut til å inneholde en liste med e-postadresser. Ta dem bort hvis de ikke er nødvendige.",
     "{field}: Det ser ut til at teksten inneheld ei liste med e-postadresser. Ta dei bort om dei ikkje trengst.",
     "{field}: The text seems to contain a list of e-mail addresses. Remove them unless they are needed."},
    {"file_ending", "Filen {file} har en filtype som ikke kan brukes her. Bruk {endings}.",
     "Fila {file} har ein filtype som ikkje kan brukast her. Bruk {endings}.",
     "The file {file} is of a type that cannot be used here. Use {endings}."},
    {"file_size", "Filen {file} er for stor. Den kan være høyst {max}.",
     "Fila {file} er for stor. Ho kan vere høgst {max}.", "The file {file} is too large. It can be at most {max}."},
    {"fnr", "{field}: Teksten ser ut til å inneholde et fødselsnummer. Ta det bort hvis det ikke er nødvendig.",
     "{field}: Det ser ut til at teksten inneheld eit fødselsnummer. Ta det bort om det ikkje trengst.",
     "{field}: The text seems to contain a national identity number. Remove it unless it is needed."},
    {"invalid", "{field}: Se over svaret. Det kan ikke brukes slik det står.",
     "{field}: Sjå over svaret. Det kan ikkje brukast slik det står.",
     "{field}: Check the answer. It cannot be used as it stands."},
    {"later_date", "{field}: Skriv datoen opplysningen ventes, som dag.måned.år.",
     "{field}: Skriv datoen opplysninga er venta, som dag.månad.år.",
     "{field}: Enter the date the information is expected, as day.month.year."},
    {"later_date_past",
     "{field}: Datoen opplysningen ventes, er passert. Velg i dag eller en senere dag, eller la datoen stå tom.",
     "{field}: Datoen opplysninga er venta, er passert. Vel i dag eller ein seinare dag, eller la datoen stå tom.",
     "{field}: The date the information is expected has passed. Choose today or a later day, or leave the date empty."},
    {"max_files", "{field}: Legg ved høyst {max} filer.", "{field}: Legg ved høgst {max} filer.",
     "{field}: Attach at most {max} files."},
    {"max_files_in_all",
     "Et skjema kan ha høyst {max} vedlegg til sammen, og dette har {count}. Fjern noen av dem før du sender inn.",
     "Eit skjema kan ha høgst {max} vedlegg til saman, og dette har {count}. Fjern nokre av dei før du sender inn.",
     "A form can have at most {max} attachments in all, and this one has {count}. Remove some of them before you "
     "send."},
    {"max_items", "{field}: Du kan ha høyst {max}.", "{field}: Du kan ha høgst {max}.",
     "{field}: You can have at most {max}."},
    {"max_length", "{field}: Teksten er {over} tegn for lang. Den kan være høyst {max} tegn.",
     "{field}: Teksten er {over} teikn for lang. Han kan vere høgst {max} teikn.",
     "{field}: The text is {over} characters too long. It can be at most {max} characters."},
    {"max_date", "{field}: Velg {max} eller en tidligere dato.", "{field}: Vel {max} eller ein tidlegare dato.",
     "{field}: Choose {max} or an earlier date."},
    {"maximum", "{field}: Skriv et tall som er {max} eller mindre.",
     "{field}: Skriv eit tal som er {max} eller mindre.", "{field}: Enter a number that is {max} or less."},
    {"min_date", "{field}: Velg {min} eller en senere dato.", "{field}: Vel {min} eller ein seinare dato.",
     "{field}: Choose {min} or a later date."},
    {"min_files", "{field}: Legg ved minst {min} fil(er).", "{field}: Legg ved minst {min} fil(er).",
     "{field}: Attach at least {min} file(s)."},
    {"min_items", "{field}: Legg til minst {min}.", "{field}: Legg til minst {min}.", "{field}: Add at least {min}."},
    {"min_length", "{field}: Skriv minst {min} tegn.", "{field}: Skriv minst {min} teikn.",
     "{field}: Enter at least {min} characters."},
    {"minimum", "{field}: Skriv et tall som er {min} eller mer.", "{field}: Skriv eit tal som er {min} eller meir.",
     "{field}: Enter a number that is {min} or more."},
    {"no_date", "{field}: Skriv datoen også, som dag.måned.år.", "{field}: Skriv datoen også, som dag.månad.år.",
     "{field}: Enter the date as well, as day.month.year."},
    {"no_time", "{field}: Skriv klokkeslettet også, for eksempel 14:30.",
     "{field}: Skriv klokkeslettet også, til dømes 14:30.", "{field}: Enter the time as well, for example 14:30."},
    {"not_a_date", "{field}: Skriv datoen som dag.måned.år, for eksempel 31.12.2026.",
     "{field}: Skriv datoen som dag.månad.år, til dømes 31.12.2026.",
     "{field}: Enter the date as day.month.year, for example 31.12.2026."},
    {"not_a_date_time", "{field}: Skriv en dato og et klokkeslett, for eksempel 31.12.2026 og 14:30.",
     "{field}: Skriv ein dato og eit klokkeslett, til dømes 31.12.2026 og 14:30.",
     "{field}: Enter a date and a time, for example 31.12.2026 and 14:30."},
    {"not_a_number", "{field}: Skriv et tall, for eksempel 12 eller 12,5.",
     "{field}: Skriv eit tal, til dømes 12 eller 12,5.", "{field}: Enter a number, for example 12 or 12.5."},
    {"not_a_time", "{field}: Skriv klokkeslettet med timer og minutter, for eksempel 14:30.",
     "{field}: Skriv klokkeslettet med timar og minutt, til dømes 14:30.",
     "{field}: Enter the time in hours and minutes, for example 14:30."},
    {"not_a_whole_number", "{field}: Skriv et helt tall, uten desimaler.",
     "{field}: Skriv eit heilt tal, utan desimalar.", "{field}: Enter a whole number, without decimals."},
    {"not_an_email", "{field}: Skriv e-postadressen som navn@eksempel.no.",
     "{field}: Skriv e-postadressa som namn@eksempel.no.", "{field}: Enter the e-mail address as name@example.com."},
    {"not_digits", "{field}: Skriv bare siffer.", "{field}: Skriv berre siffer.", "{field}: Enter digits only."},
    {"not_yes_no", "{field}: Velg ja eller nei.", "{field}: Vel ja eller nei.", "{field}: Choose yes or no."},
    {"option", "{field}: Velg et av svarene i listen.", "{field}: Vel eit av svara i lista.",
     "{field}: Choose one of the answers in the list."},
    {"option_comma",
     "{field}: Et av valgene kan ikke lagres, fordi koden har komma. Det er en feil i skjemaet. Meld fra.",
     "{field}: Eit av vala kan ikkje lagrast, fordi koden har komma. Det er ein feil i skjemaet. Meld frå.",
     "{field}: One of the choices cannot be saved, because its code has a comma. This is a fault of the form. Please "
     "report it."},
    {"option_row_comma",
     "{field}: «{answer}» kan ikke velges her, fordi det har komma. Skriv det uten komma i raden det kommer fra.",
     "{field}: «{answer}» kan ikkje veljast her, fordi det har komma. Skriv det utan komma i rada det kjem frå.",
     "{field}: “{answer}” cannot be chosen here, because it has a comma. Write it without a comma in the row it comes "
     "from."},
    {"option_row",
     "{field}: «{answer}» står ikke lenger blant radene i skjemaet. Velg et annet svar, eller legg raden inn igjen.",
     "{field}: «{answer}» står ikkje lenger blant radene i skjemaet. Vel eit anna svar, eller legg rada inn igjen.",
     "{field}: “{answer}” is no longer among the rows of the form. Choose another answer, or add the row again."},
    {"option_row_empty", "{field}: Uten svar her kan raden ikke velges under «{choice}».",
     "{field}: Utan svar her kan ikkje rada veljast under «{choice}».",
     "{field}: Without an answer here, the row cannot be chosen under “{choice}”."},
    {"option_row_over",
     "{field}: «{answer}» kan ikke velges her. Bare de første {max} radene kan velges. Velg en av dem.",
     "{field}: «{answer}» kan ikkje veljast her. Berre dei første {max} radene kan veljast. Vel ei av dei.",
     "{field}: “{answer}” cannot be chosen here. Only the first {max} rows can be chosen. Choose one of them."},
    {"option_row_twice", "{field}: En annen rad har samme svar. Under «{choice}» kan de ikke velges hver for seg.",
     "{field}: Ei anna rad har same svar. Under «{choice}» kan dei ikkje veljast kvar for seg.",
     "{field}: Another row has the same answer. Under “{choice}” they cannot be chosen apart."},
    {"option_rows_over", "Bare de første {max} radene kan velges her.",
     "Berre dei første {max} radene kan veljast her.", "Only the first {max} rows can be chosen here."},
    {"pattern", "{field}: Svaret har ikke riktig form. Se over det.",
     "{field}: Svaret har ikkje rett form. Sjå over det.",
     "{field}: The answer does not have the right form. Please check it."},
    {"rejected", "{field}: Det som er skrevet, kan ikke lagres slik det står. Rett det, eller tøm feltet.",
     "{field}: Det som er skrive, kan ikkje lagrast slik det står. Rett det, eller tøm feltet.",
     "{field}: What is written cannot be saved as it stands. Correct it, or empty the field."},
    {"required", "Fyll ut: {field}", "Fyll ut: {field}", "Fill in: {field}"},
    {"required_choice", "Velg et svar: {field}", "Vel eit svar: {field}", "Choose an answer: {field}"},
    {"required_rows", "Fyll ut minst én rad: {field}", "Fyll ut minst éi rad: {field}",
     "Fill in at least one row: {field}"},
    {"row_gone", "{field}: Raden finnes ikke lenger. Legg til en ny rad hvis den trengs.",
     "{field}: Rada finst ikkje lenger. Legg til ei ny rad om ho trengst.",
     "{field}: The row no longer exists. Add a new row if it is needed."},
    {"rows_page_full",
     "{field}: Det er ikke plass til flere rader på siden. Fjern rader som ikke trengs, før du legger til nye.",
     "{field}: Det er ikkje plass til fleire rader på sida. Fjern rader som ikkje trengst, før du legg til nye.",
     "{field}: There is no room for more rows on the page. Remove rows that are not needed before you add new ones."},
    {"supplement_empty", "Skriv hva du vil legge til, endre en opplysning eller legg ved en fil.",
     "Skriv kva du vil leggje til, endre ei opplysning eller legg ved ei fil.",
     "Write what you want to add, change an answer or attach a file."},
    {"text_not_allowed", "{field}: Teksten har tegn som ikke kan lagres. Skriv den på nytt.",
     "{field}: Teksten har teikn som ikkje kan lagrast. Skriv han på nytt.",
     "{field}: The text has characters that cannot be stored. Please type it again."},
    {"too_long_to_store", "{field}: Teksten er for lang til å lagres. Kort den ned, eller legg den ved som fil.",
     "{field}: Teksten er for lang til å lagrast. Kort han ned, eller legg han ved som fil.",
     "{field}: The text is too long to be stored. Shorten it, or attach it as a file."},
    {"time_skipped",
     "{field}: Klokken {time} finnes ikke denne natten, for da stilles klokken én time fram. Skriv et annet "
     "klokkeslett.",
     "{field}: Klokka {time} finst ikkje denne natta, for då blir klokka stilt ein time fram. Skriv eit anna "
     "klokkeslett.",
     "{field}: There is no {time} that night, because the clocks go forward one hour. Enter another time."},
    {"time_twice",
     "{field}: Klokken er {time} to ganger denne natten, for da stilles den én time tilbake. Velg om du mener første "
     "gang (sommertid) eller andre gang (vintertid).",
     "{field}: Klokka er {time} to gonger denne natta, for då blir ho stilt ein time tilbake. Vel om du meiner første "
     "gongen (sommartid) eller andre gongen (vintertid).",
     "{field}: It is {time} twice that night, because the clocks go back one hour. Choose whether you mean the first "
     "time (summer time) or the second (winter time)."},
    {"unknown_field", "Skjemaet har ikke feltet {field}.", "Skjemaet har ikkje feltet {field}.",
     "The form does not have the field {field}."},
    {"word.no", "Nei", "Nei", "No"},
    {"word.row", "rad {row}", "rad {row}", "row {row}"},
    {"word.summer_time", "sommertid", "sommartid", "summer time"},
    {"word.winter_time", "vintertid", "vintertid", "winter time"},
    {"word.yes", "Ja", "Ja", "Yes"},
    {"occurrence.first", "Første gang (sommertid)", "Første gongen (sommartid)", "The first time (summer time)"},
    {"occurrence.second", "Andre gang (vintertid)", "Andre gongen (vintertid)", "The second time (winter time)"},
    {"precision.dag", "Bare dagen er kjent", "Berre dagen er kjend", "Only the day is known"},
    {"precision.eksakt", "Nøyaktig", "Nøyaktig", "Exact"},
    {"precision.maaned", "Måneden er riktig, dagen er usikker", "Månaden er rett, dagen er usikker",
     "The month is right, the day is uncertain"},
    {"precision.omtrentlig", "Omtrent", "Omtrent", "Approximate"},
    {"precision.ukjent", "Ukjent", "Ukjent", "Unknown"},
    {"add_row", "Legg til", "Legg til", "Add"},
    {"remove_row", "Fjern", "Fjern", "Remove"},
    {"source.DSF", "Hentet fra Folkeregisteret", "Henta frå Folkeregisteret", "From the National Population Register"},
    {"source.ER", "Hentet fra Enhetsregisteret", "Henta frå Einingsregisteret", "From the business register"},
    {"source.UserProfile", "Hentet fra profilen din", "Henta frå profilen din", "From your profile"},
};

}  // namespace

std::string message(base::Language language, std::string_view code,
                    const std::vector<std::pair<std::string, std::string>>& params) {
  const auto* found = std::ranges::find(messages, code, &Message::code);
  if (found == std::end(messages)) found = std::ranges::find(messages, std::string_view("invalid"), &Message::code);
  std::string out(language == base::Language::nb ? found->nb : language == base::Language::nn ? found->nn : found->en);
  for (const auto& [name, value] : params) {
    // "What happened?: Enter a text" would be one sign too many.
    if (!value.empty() && (value.ends_with('?') || value.ends_with('.') || value.ends_with(':')))
      out = base::replace_all(std::move(out), "{" + name + "}:", value);
    out = base::replace_all(std::move(out), "{" + name + "}", value);
    out = base::replace_all(std::move(out), "?.", "?");  // a label that asks ends the sentence itself
  }
  return out;
}

}  // namespace alting::forms
