"""The commonest of the same words in other languages, only where we are certain of them. Pure.

Entries as in `cues_english`, in the forms met in running speech; accents and case do not matter. The languages stand
in this order: Spanish, French, German, Italian, Portuguese, Polish, Welsh, Urdu.
"""

from typing import Final

CUES: Final = {
    "barriers.transport": """
no tengo (coche|carro|auto|transporte); sin coche; no conduzco; no puedo conducir; no manejo; no hay autobus; je
n'ai pas de voiture; n'ai pas de voiture; pas de voiture; sans voiture; je ne conduis pas; conduis plus; je n'ai pas
le permis; pas de permis; pas de bus; kein auto; habe kein auto; ohne auto; fahre kein auto; keinen fuhrerschein;
kann nicht fahren; kein bus; non ho la macchina; non ho macchina; non ho l'auto; senza macchina; non guido; senza
auto; non ho la patente; nao tenho carro; sem carro; nao conduzo; nao dirijo; nao tenho carta; nie mam (samochodu|
auta); bez samochodu; bez auta; nie prowadze; nie mam prawa jazdy; does gen i ddim car; dim car; heb gar; ddim yn
gyrru; ddim yn gallu gyrru; گاڑی نہیں; کار نہیں; گاڑی نہیں چلاتا; گاڑی نہیں چلاتی""",
    "barriers.cost": """
no tengo dinero; poco dinero; sin dinero; no puedo pagar; tengo que ser gratis; algo gratis; tiene que ser gratis;
je n'ai pas d'argent; pas d'argent; peu d'argent; pas beaucoup d'argent; n'ai pas les moyens; gratuit; petit budget;
kein geld; wenig geld; nicht viel geld; kostenlos; burgergeld; non ho soldi; pochi soldi; non posso permettermi;
gratuito; gratis; nao tenho dinheiro; pouco dinheiro; sem dinheiro; nao posso pagar; de graca; nie mam pieniedzy;
malo pieniedzy; nie stac mnie; za darmo; bezplatne; does gen i ddim arian; dim arian; ychydig o arian; am ddim; پیسے
نہیں; مفت""",
    "barriers.social_anxiety": """
soy (timido|timida); timida; timido; ansiedad; me da miedo la gente; nervioso; nerviosa; je suis timide; timide;
anxieux; anxieuse; angoisse; j'ai peur des gens; schuchtern; angst vor menschen; angst vor gruppen; soziale angst;
panikattacken; ansia; ansioso; ansiosa; attacchi di panico; ansiedade; tenho medo de pessoas; niesmialy; niesmiala;
jestem niesmialy; jestem niesmiala; boje sie ludzi; stresuje sie; swil; nerfus; swildod; شرمیلا; شرمیلی""",
    "barriers.alone": """
no conozco a nadie; no tengo amigos; no tengo con quien ir; vivo solo; vivo sola; je ne connais personne; ne connais
personne; pas d'amis; personne pour m'accompagner; je vis seul; je vis seule; kenne niemanden; keine freunde;
niemanden kennen; ich lebe allein; lebe alleine; wohne allein; niemand der mitkommt; non conosco nessuno; non ho
amici; vivo da solo; vivo da sola; nao conheco ninguem; nao tenho amigos; moro sozinho; moro sozinha; vivo sozinho;
vivo sozinha; nikogo nie znam; nie znam nikogo; nie mam (przyjaciol|znajomych|z kim isc); mieszkam (sam|sama); ddim
yn nabod neb; nabod neb; dim ffrindiau; byw ar fy mhen fy hun; کسی کو نہیں جانتا; کسی کو نہیں جانتی; کوئی دوست نہیں""",
    "barriers.mobility": """
no puedo caminar; no puedo andar; me cuesta caminar; me cuesta andar; no puedo subir escaleras; baston; andador; mal
de la rodilla; problemas de movilidad; movilidad reducida; je marche mal; je ne peux pas marcher; peux pas marcher;
marche difficilement; pas d'escaliers; escaliers difficiles; deambulateur; mobilite reduite; mal au genou; mal aux
genoux; kann nicht (weit|lange|gut|mehr) (laufen|gehen|stehen); gehbehindert; keine treppen; rollator; treppen
steigen fallt mir schwer; treppen sind schwer; schlecht zu fuss; non posso camminare; cammino male; fatico a
camminare; non riesco a camminare; niente scale; bastone; deambulatore; nao posso andar; tenho dificuldade em andar;
bengala; andarilho; mobilidade reduzida; nie moge chodzic; ciezko mi chodzic; trudno mi chodzic; slabo chodze;
chodze o lasce; o lasce; schody sa; balkonik; chore kolano; bolace kolano; anodd cerdded; ddim yn gallu cerdded;
methu cerdded; چل نہیں سکتا; چل نہیں سکتی; گھٹنے میں درد; سیڑھیاں نہیں""",
    "barriers.wheelchair": """
!silla de ruedas; !fauteuil roulant; !rollstuhl; !im rollstuhl; !rollstuhlfahrer; !rollstuhlfahrerin; !sedia a
rotelle; !carrozzina; !cadeira de rodas; !wozek inwalidzki; !wozku; !na wozku; !cadair olwyn; !وہیل چیئر""",
    "barriers.hearing": """
oigo mal; no oigo bien; sordo; sorda; audifono; audifonos; j'entends mal; entends mal; malentendant; malentendante;
sourd; sourde; appareil auditif; schwerhorig; hore schlecht; hore nicht gut; gehorlos; horgerat; horgerate; sento
poco; ci sento poco; apparecchio acustico; sorda; sordo; ouco mal; nao ouco bem; surdo; surda; aparelho auditivo;
slabo slysze; zle slysze; niedoslysze; aparat sluchowy; gluchy; glucha; trwm fy nghlyw; byddar; cymorth clyw; اونچا
سنتا; اونچا سنتی; سنائی نہیں دیتا""",
    "barriers.vision": """
veo mal; no veo bien; ciego; ciega; baja vision; je vois mal; vois mal; malvoyant; malvoyante; aveugle;
sehbehindert; sehe schlecht; sehe nicht gut; =blind; ci vedo poco; vedo poco; vedo male; ipovedente; cieco; cieca;
vejo mal; nao vejo bem; cego; cega; slabo widze; zle widze; niewidomy; niewidoma; niedowidze; ddim yn gweld yn dda;
yn ddall; نابینا; نظر کمزور""",
    "barriers.sensory": """
demasiado ruido; mucho ruido; lugar tranquilo; sitio tranquilo; trop de bruit; trop de monde; endroit calme; au
calme; zu laut; zu viel larm; ruhiger ort; etwas ruhiges; autist; autistin; reizuberflutung; troppo rumore; posto
tranquillo; muito barulho; lugar calmo; lugar tranquilo; za glosno; halas mi; spokojne miejsce; autyzm; swnllyd; lle
tawel; rhy swnllyd; شور بہت""",
    "barriers.language": """
no hablo ingles; hablo poco ingles; poco ingles; mi ingles es malo; mi ingles no es bueno; no hablo bien ingles; je
ne parle pas anglais; parle pas anglais; parle mal anglais; parle peu anglais; mon anglais n'est pas bon; mon
anglais est mauvais; spreche kein englisch; spreche nicht gut englisch; spreche wenig englisch; wenig englisch; mein
englisch ist schlecht; mein englisch ist nicht gut; kein englisch; spreche kein deutsch; non parlo inglese; parlo
poco inglese; poco inglese; non parlo bene inglese; nao falo ingles; falo pouco ingles; pouco ingles; nie mowie po
angielsku; slabo mowie po angielsku; slabo znam angielski; slaby angielski; nie znam angielskiego; moj angielski;
siarad cymraeg; انگریزی نہیں; انگریزی کمزور; انگلش نہیں""",
    "barriers.culture": """
solo mujeres; solo para mujeres; halal; entre femmes; uniquement des femmes; sans alcool; nur fur frauen; nur
frauen; ohne alkohol; solo donne; so mulheres; so para mulheres; tylko dla kobiet; tylko kobiety; bez alkoholu;
merched yn unig; heb alcohol; حلال; صرف خواتین""",
    "barriers.caring": """
cuido a mi (madre|padre|marido|mujer|hijo|hija|hermano|abuela|abuelo); cuido de mi (madre|padre|marido|mujer); con
mis hijos; con ninos; con mi bebe; je m'occupe de (ma mere|mon pere|mon mari|ma femme|mon fils|ma fille); avec mes
enfants; avec mon bebe; aidant; aidante; pflege (meine mutter|meinen vater|meinen mann|meine frau|meinen sohn);
pflegende angehorige; mit kindern; mit meinen kindern; mit kind; mit baby; alleinerziehend; mi occupo di (mia madre|
mio padre|mio marito|mia moglie|mio figlio); con i bambini; con i figli; con il bambino; cuido da minha mae; cuido
do meu pai; com os meus filhos; com as criancas; com o bebe; opiekuje sie (mama|tata|mezem|zona|matka|ojcem|synem|
corka); z dziecmi; z dzieckiem; samotna matka; gofalu am; gofalwr; gofalwraig; gyda phlant; بچوں کے ساتھ""",
    "barriers.work_hours": """
trabajo (todo el dia|a turnos|de noche|de lunes a viernes); despues del trabajo; turno de noche; je travaille (la
nuit|toute la journee|a plein temps|la semaine); apres le travail; travail de nuit; horaires decales; arbeite
(vollzeit|im schichtdienst|nachts|den ganzen tag|im schicht); nach der arbeit; schichtarbeit; nachtschicht; lavoro
(a tempo pieno|di notte|tutto il giorno|a turni); dopo il lavoro; trabalho (o dia todo|a noite|por turnos|a tempo
inteiro); depois do trabalho; pracuje (na zmiany|w nocy|na caly etat|caly dzien|na pelny etat); po pracy; nocne
zmiany; ar ol gwaith; gweithio shifftiau; gweithio llawn amser; رات کی شفٹ; کام کے بعد""",
    "barriers.digital": """
no tengo (internet|movil|ordenador|computadora|smartphone); sin internet; no uso internet; no se usar el ordenador;
pas d'internet; pas internet; n'ai pas internet; pas d'ordinateur; pas de smartphone; sans internet; sans
ordinateur; kein internet; kein smartphone; keinen computer; ohne internet; kein handy; non ho (internet|il
computer|lo smartphone|computer); senza internet; nao tenho (internet|computador|telemovel|smartphone); sem
internet; nie mam (internetu|komputera|smartfona); bez internetu; dim rhyngrwyd; heb rhyngrwyd; does gen i ddim
rhyngrwyd; انٹرنیٹ نہیں""",
    "barriers.stigma": """
me da verguenza; tengo verguenza; que dira la gente; j'ai honte; honte; que les gens sachent; ich schame mich;
schame mich; es ist mir peinlich; mi vergogno; tenho vergonha; wstydze sie; wstyd mi; mae gen i gywilydd; cywilydd;
شرم آتی""",
    "barriers.low_mood": """
sin energia; estoy deprimido; estoy deprimida; depresion; siempre cansado; siempre cansada; sin ganas; je suis
deprime; deprimee; deprime; depression; toujours fatigue; toujours fatiguee; pas d'energie; pas le moral; depressiv;
depressionen; keine energie; keine kraft; immer mude; antriebslos; depresso; depressa; depressione; sempre stanco;
sempre stanca; senza energie; deprimido; deprimida; depressao; sempre cansado; sempre cansada; sem energia;
depresja; depresje; mam depresje; nie mam (sily|energii); ciagle zmeczony; ciagle zmeczona; isel; iselder; wedi
blino trwyr amser; dim egni; ڈپریشن""",
    "barriers.dementia": """
se me olvidan; me olvido de; demencia; mala memoria; pierdo la memoria; alzheimer; j'oublie; pertes de memoire;
demence; mauvaise memoire; demenz; vergesslich; vergesse vieles; gedachtnisprobleme; dimentico; demenza; perdo la
memoria; poca memoria; esqueco me; perda de memoria; ma memoria; demencja; zapominam; problemy z pamiecia; slaba
pamiec; dementia; anghofus; anghofio; cof gwael; بھول جاتا; بھول جاتی""",
    "barriers.safety": """
no me siento segura; no me siento seguro; lugar seguro; sentirme segura; sentirme seguro; me sens pas en securite;
en securite; lieu sur; nicht sicher fuhle; sicherer ort; fuhle mich nicht sicher; posto sicuro; non mi sento sicura;
non mi sento sicuro; lugar seguro; nao me sinto segura; nao me sinto seguro; bezpieczne miejsce; nie czuje sie
bezpiecznie; lle diogel; teimlo'n ddiogel; محفوظ جگہ""",
    "travel.bus": "en autobus; en bus; mit dem bus; mit dem zug; in autobus; de autocarro; autobusem; ar y bws; بس سے",
    "travel.walk": """
voy a pie; voy andando; vais a pied; viens a pied; zu fuss; vado a piedi; vou a pe; na piechote; ar droed; پیدل""",
    "travel.cycle": """
en bici; en bicicleta; en velo; vais a velo; mit dem fahrrad; mit dem rad; in bici; de bicicleta; rowerem; ar feic""",
    "travel.wheel": """
silla de ruedas; fauteuil roulant; im rollstuhl; rollator; sedia a rotelle; cadeira de rodas; na wozku; cadair
olwyn; وہیل چیئر""",
    "mode.online": """
en linea; en ligne; por internet; von zu hause aus; online treffen; da casa; desde casa; depuis chez moi; de casa; z
domu; o gartref""",
    "mode.phone": """
por telefono; par telephone; am telefon; telefonisch; per telefono; al telefono; por telefone; przez telefon; ar y
ffon; dros y ffon; فون پر""",
    "mode.in_person": """
en persona; en personne; personlich treffen; di persona; em pessoa; pessoalmente; osobiscie; wyneb yn wyneb""",
}
