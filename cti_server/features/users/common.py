"""What lists of broken passwords begin with: the words behind their digits and signs, our own compilation. Pure.

They stand here as ``passwords`` looks for them: in small letters, without digits and signs at their ends.
"""

from __future__ import annotations

from itertools import product

_WORDS = """
password passwort passwd pass passw0rd passphrase passcode passkey pword pwd secret secrets letmein letmeinnow welcome
welcomeback changeme change changeit default admin administrator adminadmin root rootroot superuser super user username users
login logon logmein guest test testing tester testtest demo sample example temp temporary system sysadmin server service
support manager operator master access account agent leader callcenter callcentre telephone phone mobile office company
business internet computer laptop network database oracle mysql postgres redis linux ubuntu debian windows microsoft google
facebook twitter youtube linkedin github amazon apple samsung nokia huawei xiaomi android iphone freeswitch asterisk sipphone
cti ctiadmin cisco router switch security secure mypassword newpassword yourpassword thepassword nopassword oldpassword
ihatepasswords ilovepasswords mypass mysecret topsecret passwordpassword secretsecret opensesame sesame entrance enter
letmeinplease iamadmin iamgod godmode qwerty qwertz azerty qwertyui qwertyuiop asdf asdfg asdfgh asdfghjkl asdfasdf zxcv
zxcvb zxcvbn zxcvbnm zxcvzxcv qweasd qweasdzxc qweqwe qweqweqwe asdasd asdasdasd zxczxc qazwsx qazwsxedc wsxedc edcrfv poiuyt
lkjhgf mnbvcxz qwaszx abc abcd abcde abcdef abcdefg abcabc abcdabcd aaa aaaa bbb xxx xxxx zzz qaz wsx qwert asd zxc poi lkj
mnb hjkl dvorak keyboard iloveyou iloveu ilovehim iloveher ilovemyself ilovegod ilovejesus ilovemom ilovedad iloveme
ilovemywife loveyou loveme lovely lover lovers loveit love lovelove lovelife mylove truelove babylove sweetlove babygirl
babyboy baby babe honey honeybee sweetheart sweetie sweety sweet darling angel angels beautiful gorgeous princess prince
queen king cutie cutiepie kisses kissme hugs hearts heart sunshine moonlight starlight rainbow rainbows butterfly butterflies
flower flowers rose roses lily daisy violet jasmine lavender friend friends friendship bestfriend forever together family
mother father mommy daddy mama papa sister brother grandma grandpa wife husband girlfriend boyfriend single married happy
happiness smile smiley lucky hope faith dream dreams dreamer peace freedom blessed blessing jesus jesuschrist christ god
godisgood godislove heaven holy bible church pastor spirit trinity saint michaela allah mohammed muhammad islam buddha
krishna ganesh shiva om namaste dragon monkey shadow tiger tigers panda lion lions eagle eagles wolf wolves bear bears fox
foxes horse horses pony unicorn puppy kitten kitty cat cats dog dogs doggy bird birds fish fishing shark dolphin dolphins
turtle turtles penguin penguins rabbit bunny hamster mouse rat snake cobra python viper spider scorpion falcon hawk hawks
phoenix raven ravens crow owl swan duck ducks chicken cow bull bulls buffalo elephant giraffe zebra leopard cheetah jaguar
cougar puma panther panthers gorilla ape chimp dinosaur godzilla dragonfly ladybug bumblebee beetle frog froggy lizard gecko
crocodile alligator squirrel hedgehog koala kangaroo bailey buster pepper ginger cookie cookies max bella lucy molly maggie
sadie sophie rocky bandit boomer buddy casper charlie chester coco cooper dexter duke fluffy gizmo harley jake jasper lady
lola midnight milo misty mittens murphy oliver oreo oscar patches peanut precious rascal riley rosie rusty sammy samson sasha
scooter simba smokey snickers snoopy snowball sparky spike spot sugar teddy tigger tinkerbell toby tucker whiskers winston
zeus ziggy zoe michael michelle jordan daniel danielle thomas jessica ashley jennifer amanda andrew andrea anthony antonio
alexander alexandra alexis alexandre alejandro alejandra adrian adriana aaron abigail adam alan albert alberto alfred alice
alicia alison allison amber amelia amy ana anderson angela angelica angelina angelo anita anna annabelle anne annie april
ariana ariel arthur arturo austin barbara beatrice benjamin bernard beth bethany betty beverly bianca bill billy bob bobby
bonnie brad bradley brandon brandy brenda brendan brett brian brianna britney brittany brooke bruce bruno bryan caitlin
calvin cameron camila carina carl carla carlos carmen carol carolina caroline carrie casey cassandra catherine cecilia cedric
celeste chad chandler charles charlotte chelsea cheryl chloe chris christian christina christine christopher cindy claire
clara claudia clayton clinton colin connor corey courtney craig cristian cristina crystal curtis cynthia damian dana daniela
darius darren dave david dean deborah debra denis denise dennis derek diana diane diego dominic dominique donald donna doris
dorothy douglas dustin dylan eddie edgar eduardo edward edwin elaine elena eleanor elijah elisabeth elizabeth ella ellen
emily emma enrique eric erica erik erika erin ernesto esteban esther ethan eugene eva evan evelyn fabian fatima felicia
felipe felix fernanda fernando fiona florence florian frances francesca francesco francis francisco franck frank frankie fred
freddy frederic gabriel gabriela gabrielle gareth gary gemma genesis geoffrey george georgia gerald gerard gilbert gina
giovanni giulia gloria gordon grace graham grant greg gregory guillermo gustavo hannah harold harrison harry harvey heather
hector heidi helen helena henry herbert holly howard hugo hunter ian ibrahim ignacio imran ines ingrid irene iris isaac
isabel isabella isabelle ivan jack jackie jackson jacob jacqueline jaime james jamie jan jane janet janice jared jasmin jason
javier jay jean jeff jeffrey jenna jenny jeremy jerome jerry jesse jessie jill jim jimmy joan joanna joanne joe joel johanna
john johnny johnson jonas jonathan jorge jose joseph josephine joshua joyce juan juanita judith judy julia julian juliana
julie juliette julio june justin justine kaitlyn karen karina karl karla kate katherine kathleen kathryn kathy katie katrina
kayla keith kelly kelsey ken kenneth kenny kevin kim kimberly kirsten kristen kristina kristine kurt kyle laura lauren
laurence laurent lawrence leah lee leila lena leo leon leonard leonardo leslie lewis liam lidia lillian linda lindsay lindsey
lisa logan lorena lorenzo louis louise luca lucas lucia luciana luis luke lydia madeline madison magdalena manuel manuela
marc marcel marcela marcelo marco marcos marcus margaret maria mariana marie marina mario marion marisol marissa mark marlene
marta martha martin martina marvin mary mason mathew mathieu matthew matthias maureen maurice mauricio maxime maximilian
maxwell megan melanie melissa mercedes mia micheal miguel mike mikey milan miranda mitchell mohamed mohammad monica monique
morgan muriel nadia nancy naomi natalia natalie natasha nathalie nathan nathaniel nelson nicholas nick nicola nicolas nicole
nikita nina noah noel nora norma norman olga olivia omar owen pablo pamela paola patricia patrick paul paula paulina pauline
pedro peggy penelope peter philip philippe phillip phoebe pierre priscilla rachel rafael ralph ramon randy raphael raquel
raul ray raymond rebecca regina renata renee ricardo richard rick ricky rita robert roberta roberto robin rodney rodrigo
roger roland roman romeo ronald ronnie rosa rosalie rosemary ross roxanne roy ruben ruby rudolf russell ruth ryan sabrina
sally salvador sam samantha samuel sandra sandy santiago sara sarah scott sean sebastian selena serena sergio shane shannon
sharon shaun sheila shelby shirley sierra silvia simon simone skyler sofia sonia sonja sophia spencer stacey stacy stanley
stefan stefanie stephanie stephen steve steven stewart stuart summer susan susana suzanne sylvia sylvie tamara tammy tanya
tara taylor teresa terry theodore theresa therese tiffany tim timothy tina todd tom tommy tony tracy travis trevor tristan
tyler valentina valentine valerie vanessa vera veronica vicky victor victoria vincent violeta virginia vivian walter wanda
warren wayne wendy wesley whitney wilhelm william williams willie wilson xavier yasmin yolanda yvonne zachary smith jones
brown miller davis garcia rodriguez martinez hernandez lopez gonzalez muller schmidt schneider fischer meyer weber wagner
becker hoffmann rossi russo ferrari bianchi novak ivanov petrov nguyen patel singh kumar sharma khan ali ahmed hassan hussein
football baseball basketball soccer hockey tennis golf golfer rugby cricket boxing swimming swimmer running runner cycling
skating skateboard surfing surfer snowboard skiing ski volleyball softball wrestling karate judo kungfu ninja samurai yoga
dance dancer dancing ballet gymnast athlete champion champions winner winners player players gamer gaming games poker casino
jackpot chess liverpool arsenal barcelona realmadrid juventus manchester manutd manunited everton celtic rangers tottenham
newcastle acmilan intermilan bayern bayernmunich borussia dortmund benfica porto ajax galatasaray fenerbahce besiktas
flamengo corinthians palmeiras santos boca bocajuniors riverplate america chivas yankees redsox dodgers cubs mets giants
cowboys steelers packers patriots raiders broncos vikings redskins seahawks saints falcons lakers celtics heat warriors
knicks spurs mavericks canucks flyers bruins blackhawks mapleleafs porsche lamborghini bugatti mustang corvette camaro
charger chevy chevrolet ford honda toyota nissan suzuki yamaha kawasaki ducati harleydavidson bmw audi volkswagen subaru
mazda hyundai ronaldo messi neymar beckham maradona pele kobe lebron schumacher hamilton senna valentino federer nadal
superman batman spiderman ironman wolverine hulk thor avengers marvel deadpool joker catwoman supergirl superhero starwars
startrek skywalker darthvader vader yoda jedi chewbacca hansolo anakin leia matrix neo morpheus terminator predator alien
aliens rambo gandalf frodo hobbit mordor lordoftherings legolas aragorn harrypotter hogwarts gryffindor slytherin dumbledore
hermione voldemort twilight vampire werewolf zombie zombies ghost demon devil lucifer satan hell hellfire inferno pokemon
pikachu charizard naruto sasuke itachi kakashi sakura goku vegeta dragonball onepiece luffy bleach ichigo deathnote
sailormoon doraemon hellokitty totoro mickey minnie mickeymouse donaldduck goofy pluto disney disneyland cinderella snowwhite
aladdin mulan tarzan bambi nemo shrek garfield scooby scoobydoo tweety bugsbunny simpsons homer bart bartman southpark
cartman spongebob barbie elmo barney teletubbies minecraft fortnite warcraft worldofwarcraft starcraft diablo counterstrike
halo masterchief callofduty battlefield assassin creed zelda link luigi supermario sonic tetris pacman playstation xbox
nintendo gamecube wii sega atari runescape league leagueoflegends dota valorant roblox overwatch fallout skyrim oblivion
metallica slipknot nirvana eminem tupac biggie snoopdogg fiftycent beatles rollingstones pinkfloyd ledzeppelin acdc
ironmaiden megadeth pantera blacksabbath gunsnroses aerosmith bonjovi radiohead coldplay greenday blink linkinpark
evanescence rammstein tokiohotel u2 depeche madonna shakira rihanna beyonce ladygaga gaga justinbieber bieber onedirection
taylorswift swift bts blackpink exo mileycyrus hannahmontana music musica guitar guitarra piano violin drums drummer bass
singer rockstar rocknroll rock metal punk hiphop rapper reggae marley bobmarley jazz blues killer hunting ranger warrior
soldier sniper army navy marine marines airforce military police cop fireman firefighter doctor nurse teacher student
engineer lawyer pilot captain sailor pirate pirates cowboy knight wizard magic merlin lancelot excalibur phantom stranger
rebel outlaw gangster mafia thug boss bossman chief general major legend hero heroes gladiator spartan spartans trojan
trojans titan titans hercules achilles apollo athena poseidon thunder lightning storm hurricane tornado blizzard avalanche
volcano fire flame flames water river ocean beach island sea seaside mountain mountains forest jungle desert garden nature
earth planet moon star stars stardust galaxy universe cosmos space saturn jupiter mars venus mercury neptune sun sunny sunset
sunrise sky cloud rain snow snowflake ice winter spring autumn fall season monday tuesday wednesday thursday friday saturday
sunday january february march july august september october november december weekend holiday vacation travel traveller
adventure paradise hawaii aloha cheese coffee chocolate banana bananas orange oranges lemon lemons cherry cherries strawberry
blueberry raspberry peaches peach apples pineapple mango melon watermelon coconut grape grapes kiwi tomato potato carrot
onion garlic pumpkin mushroom chili salsa taco tacos burrito pizza pasta spaghetti noodles sushi burger hamburger hotdog
bacon steak barbecue sandwich popcorn pickle pickles pretzel cupcake cupcakes muffin brownie cake candy candyman candycane
caramel vanilla cinnamon spice honeybun marshmallow jellybean gummybear skittles twix kitkat nutella milk milkshake butter
buttercup buttons bubbles bubblegum beer budweiser heineken corona guinness vodka whiskey whisky jackdaniels tequila martini
champagne wine cocktail cocacola coke pepsi sprite fanta redbull monster silver golden gold purple yellow black white green
blue red pink grey crimson scarlet turquoise emerald sapphire diamond diamonds pearl blackcat blackbird blackjack blackberry
whitehouse bluesky bluebird bluemoon redrose redhead goldfish silverado purplehaze yellowstone pinky spectrum dark darkness
darkside darkangel darkknight light american usa texas california florida newyork chicago boston dallas denver houston
seattle atlanta vegas lasvegas canada toronto montreal mexico brasil brazil argentina chile peru colombia venezuela espana
spain madrid portugal lisboa italia italy roma milano napoli france paris marseille lyon germany deutschland berlin hamburg
munich england london scotland ireland dublin wales holland amsterdam belgium brussels sweden norway denmark finland poland
polska warszawa russia moscow moskva ukraine kiev turkey istanbul ankara greece athens egypt cairo morocco nigeria africa
southafrica india mumbai delhi bangalore pakistan karachi bangladesh indonesia jakarta malaysia singapore thailand bangkok
vietnam philippines manila pinoy japan tokyo osaka korea seoul china chinese hongkong taiwan taipei australia sydney
melbourne brisbane newzealand europe asia world hello helloworld hellohello nothing whatever trustno trustnoone something
anything everything nobody somebody noone someone everyone who what where when why because maybe never always sometimes today
tomorrow yesterday tonight now later nevermind dontknow idontknow idk forgot forgotten iforgot remember rememberme dontforget
stupid stupidpassword idiot moron loser nerd geek freak crazy insane psycho maniac weirdo badass badboy badgirl bitch bitches
bastard asshole fuck fucker fucking fuckyou fuckoff fuckme motherfucker shit bullshit damn dammit dick cock pussy sex sexy
sexyboy sexygirl hotstuff hottie porn naked nude boobs tits booty playboy playgirl playmate hooters bigdick hardcore penis
vagina orgasm slut whore horny lesbian gay kinky naughty spanky sixtynine blowjob blowme suckit suckme eatme biteme killme
killyou diediedie murder death deadman dead die bloody blood skull cool coolio cooldude coolguy coolgirl awesome amazing
fantastic wonderful perfect excellent brilliant great good better best number numberone first second third one two three four
five six seven eight nine ten hundred thousand million millionaire money moneymoney cash dollar dollars rich bank banker
success power powerful strong strength fitness gym muscle workout health healthy medical hospital school college university
harvard stanford princeton yale study library book books reading writer poetry english math science physics chemistry biology
history art artist painter design photo photography camera video movie movies cinema hollywood theatre television radio
online offline website webmaster hacker hackers hacked cracker coder coding developer programmer program software hardware
engine marketing sales finance accounting personnel helpdesk reception frontdesk headset callcentres hotline customer
customers ticket hola hallo hi hey bonjour ciao salut privet konnichiwa nihao goodmorning goodnight goodbye bye byebye
welcomehome homesweethome home house kitchen bedroom window door table chair lamp mirror bicycle train airplane rocket boat
truck trucks tractor diesel turbo nitro racing racer speed speedy fast faster furious drift motocross chopper biker rider
driver trucker garage mechanic teamo tequiero tequieromucho miamor amor amore amorcito corazon princesa principe reina
angelito estrella luna cielo sol contrasena contraseña clave secreto bienvenido hallowelt geheim willkommen schatz liebe
ichliebedich sommer sonne frankreich motdepasse soleil bonheur doudou loulou chouchou jetaime azertyuiop senha parol parola
lozinka heslo haslo salasana sifre kullanici mamama
""".split()  # noqa: SIM905

_CHINESE = """
woaini woaiwo woaiwojia woaizhongguo woaibeijing woaiqian wodeai wodemima wodemama wode mima mimashi mimamima zhongguo
zhongguoren beijing shanghai guangzhou shenzhen tianjin chongqing chengdu wuhan nanjing hangzhou suzhou xian changsha
shenyang qingdao dalian xiamen ningbo kunming haerbin jinan zhengzhou hefei fuzhou nanchang guiyang lanzhou taiyuan wulumuqi
haikou sanya taobao tmall alibaba zhifubao jingdong tencent tengxun weixin wechat weibo sina sohu netease wangyi baidu youku
tudou douyin kuaishou meituan didi huawei xiaomi oppo vivo lenovo haier gree midea yidong liantong dianxin dianli gongdian
kefu zuoxi banzhang guanliyuan yonghu denglu ceshi laopo laogong baobei baobao qinaide xihuanni aini ainiyiwannian
yishengyishi xingfu kuaile pingan jiankang facai gongxifacai xinnian shengrikuaile zhunishengrikuaile jintian mingtian
zuotian nihao nihaoma xiexie zaijian haohaoxuexi tiantianxiangshang wozhidao buzhidao meiyou mingbai pengyou tongxue laoshi
xuesheng xuexiao daxue gaozhong chuzhong xiaoxue gongsi gongzuo laoban jingli baba mama gege jiejie meimei yeye nainai erzi
nver haizi jiating tuanyuan guojia renmin minzhu ziyou hexie jiefangjun
""".split()  # noqa: SIM905
_FAMILY_NAMES = """
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng han feng
cao peng
""".split()  # noqa: SIM905
_GIVEN_NAMES = """
wei fang na min jing li qiang lei jun yang yong jie juan tao ming chao xia ping gang hua hui hong yan ying bin bo fei feng
hao jian xiaoming xiaohong xiaoli xiaojun xiaoyan weiwei fangfang nana lili jingjing
""".split()  # noqa: SIM905

COMMON = frozenset((*_WORDS, *_CHINESE, *map("".join, product(_FAMILY_NAMES, _GIVEN_NAMES))))
"""Their letters, as ``passwords`` leaves them."""
