<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>ChangeModelDialog</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln minute</numerusform>
            <numerusform>%Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln hour</numerusform>
            <numerusform>%Ln hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FaceSearch</name>
    <message numerus="yes">
        <source>View &gt; Hidden people shows %Ln face(s) like this one.</source>
        <translation>
            <numerusform>View &gt; Hidden people shows %Ln face like this one.</numerusform>
            <numerusform>View &gt; Hidden people shows %Ln faces like this one.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the slider towards “Loose” to see %Ln face(s) that are less alike.</source>
        <translation>
            <numerusform>Move the slider towards “Loose” to see %Ln face that is less alike.</numerusform>
            <numerusform>Move the slider towards “Loose” to see %Ln faces that are less alike.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %Ln most alike face(s)</source>
        <translation>
            <numerusform>The %Ln most alike face</numerusform>
            <numerusform>The %Ln most alike faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) found</source>
        <translation>
            <numerusform>%Ln face found</numerusform>
            <numerusform>%Ln faces found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hidden</source>
        <translation>
            <numerusform>%Ln hidden</numerusform>
            <numerusform>%Ln hidden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GoneDialog</name>
    <message numerus="yes">
        <source>%Ln photo(s) are out of sight since their files are gone. They are shown again when these come back.</source>
        <translation>
            <numerusform>%Ln photo is out of sight since its file is gone. It is shown again when that comes back.</numerusform>
            <numerusform>%Ln photos are out of sight since their files are gone. They are shown again when these come back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GroupAgainDialog</name>
    <message numerus="yes">
        <source>%Ln new group(s)</source>
        <translation>
            <numerusform>%Ln new group</numerusform>
            <numerusform>%Ln new groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln group(s) would go into others</source>
        <translation>
            <numerusform>%Ln group would go into another</numerusform>
            <numerusform>%Ln groups would go into others</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) would go to another group</source>
        <translation>
            <numerusform>%Ln face would go to another group</numerusform>
            <numerusform>%Ln faces would go to another group</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) would belong to no group</source>
        <translation>
            <numerusform>%Ln face would belong to no group</numerusform>
            <numerusform>%Ln faces would belong to no group</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) would be shown with somebody else</source>
        <translation>
            <numerusform>%Ln face would be shown with somebody else</numerusform>
            <numerusform>%Ln faces would be shown with somebody else</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message numerus="yes">
        <source>%Ln minute(s) left</source>
        <translation>
            <numerusform>%Ln minute left</numerusform>
            <numerusform>%Ln minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s) left</source>
        <translation>
            <numerusform>%Ln hour left</numerusform>
            <numerusform>%Ln hours left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln problem(s)…</source>
        <translation>
            <numerusform>%Ln problem…</numerusform>
            <numerusform>%Ln problems…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MergePage</name>
    <message numerus="yes">
        <source>Merge %Ln into one</source>
        <translation>
            <numerusform>Merge %Ln into one</numerusform>
            <numerusform>Merge %Ln into one</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MergingModel</name>
    <message numerus="yes">
        <source>In %Ln photo(s) together</source>
        <translation>
            <numerusform>In %Ln photo together</numerusform>
            <numerusform>In %Ln photos together</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) show both side by side, so they are two people.</source>
        <translation>
            <numerusform>%Ln photo shows both side by side, so they are two people.</numerusform>
            <numerusform>%Ln photos show both side by side, so they are two people.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NamesModel</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OffersModel</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Outcomes</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) were named by the photos themselves.</source>
        <translation>
            <numerusform>%Ln face was named by its photo itself.</numerusform>
            <numerusform>%Ln faces were named by the photos themselves.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) are no longer there; the Settings list them.</source>
        <translation>
            <numerusform>%Ln photo is no longer there; the Settings list it.</numerusform>
            <numerusform>%Ln photos are no longer there; the Settings list them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) are out of sight, as the Settings or a file “.nomedia” leave them out. Names are kept.</source>
        <translation>
            <numerusform>%Ln photo is out of sight, as the Settings or a file “.nomedia” leave it out. Names are kept.</numerusform>
            <numerusform>%Ln photos are out of sight, as the Settings or a file “.nomedia” leave them out. Names are kept.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleGrid</name>
    <message numerus="yes">
        <source>Show %Ln suggestion(s)</source>
        <translation>
            <numerusform>Show %Ln suggestion</numerusform>
            <numerusform>Show %Ln suggestions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleModel</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s) to review</source>
        <translation>
            <numerusform>%Ln suggestion to review</numerusform>
            <numerusform>%Ln suggestions to review</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message numerus="yes">
        <source>Select at most %Ln people to merge at a time.</source>
        <translation>
            <numerusform>Select at most %Ln person to merge at a time.</numerusform>
            <numerusform>Select at most %Ln people to merge at a time.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln selected</numerusform>
            <numerusform>%Ln selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln suggestion(s)</source>
        <translation>
            <numerusform>Show %Ln suggestion</numerusform>
            <numerusform>Show %Ln suggestions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleSearch</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonFaces</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln selected</numerusform>
            <numerusform>%Ln selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonHeader</name>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonPanel</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonYears</name>
    <message numerus="yes">
        <source>%Ln photo(s) without a date of their own are left out.</source>
        <translation>
            <numerusform>%Ln photo without a date of its own is left out.</numerusform>
            <numerusform>%Ln photos without a date of their own are left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoProblemsDialog</name>
    <message numerus="yes">
        <source>%Ln photo(s) could not be read. Everything else was.</source>
        <translation>
            <numerusform>%Ln photo could not be read. Everything else was.</numerusform>
            <numerusform>%Ln photos could not be read. Everything else was.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotosModel</name>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) of the same content</source>
        <translation>
            <numerusform>%Ln file of the same content</numerusform>
            <numerusform>%Ln files of the same content</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotosPage</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Phrases</name>
    <message numerus="yes">
        <source>Split off %n faces</source>
        <translation>
            <numerusform>Split off %n face</numerusform>
            <numerusform>Split off %n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are split off.</source>
        <translation>
            <numerusform>%n face is split off.</numerusform>
            <numerusform>%n faces are split off.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ignore %n faces</source>
        <translation>
            <numerusform>Ignore %n face</numerusform>
            <numerusform>Ignore %n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are ignored.</source>
        <translation>
            <numerusform>%n face is ignored.</numerusform>
            <numerusform>%n faces are ignored.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Strike out %n faces</source>
        <translation>
            <numerusform>Strike out %n face</numerusform>
            <numerusform>Strike out %n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are struck out.</source>
        <translation>
            <numerusform>%n face is struck out.</numerusform>
            <numerusform>%n faces are struck out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %n faces</source>
        <translation>
            <numerusform>Show %n face</numerusform>
            <numerusform>Show %n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are shown again.</source>
        <translation>
            <numerusform>%n face is shown again.</numerusform>
            <numerusform>%n faces are shown again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %1 and %n faces</source>
        <translation>
            <numerusform>Show %1 and %n face</numerusform>
            <numerusform>Show %1 and %n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take the names of %n faces from photo files</source>
        <translation>
            <numerusform>Take the name of %n face from its file</numerusform>
            <numerusform>Take the names of %n faces from photo files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n faces are shown again.</source>
        <translation>
            <numerusform>%1 and %n face is shown again.</numerusform>
            <numerusform>%1 and %n faces are shown again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Name %1, except %n faces in photos that show %1 already</source>
        <translation>
            <numerusform>Name %1, except %n face in photos that show %1 already</numerusform>
            <numerusform>Name %1, except %n faces in photos that show %1 already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Named %1, except %n faces in photos that show %1 already.</source>
        <translation>
            <numerusform>Named %1, except %n face in photos that show %1 already.</numerusform>
            <numerusform>Named %1, except %n faces in photos that show %1 already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Merge %1 into %2, except %n faces in photos that show %2 already</source>
        <translation>
            <numerusform>Merge %1 into %2, except %n face in photos that show %2 already</numerusform>
            <numerusform>Merge %1 into %2, except %n faces in photos that show %2 already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Merged %1 into %2, except %n faces in photos that show %2 already.</source>
        <translation>
            <numerusform>Merged %1 into %2, except %n face in photos that show %2 already.</numerusform>
            <numerusform>Merged %1 into %2, except %n faces in photos that show %2 already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not %1: %n faces</source>
        <translation>
            <numerusform>Not %1: %n face</numerusform>
            <numerusform>Not %1: %n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are not %1.</source>
        <translation>
            <numerusform>%n face is not %1.</numerusform>
            <numerusform>%n faces are not %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %n people</source>
        <translation>
            <numerusform>Show %n person</numerusform>
            <numerusform>Show %n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people are shown again.</source>
        <translation>
            <numerusform>%n person is shown again.</numerusform>
            <numerusform>%n people are shown again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hide %n people</source>
        <translation>
            <numerusform>Hide %n person</numerusform>
            <numerusform>Hide %n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people are hidden.</source>
        <translation>
            <numerusform>%n person is hidden.</numerusform>
            <numerusform>%n people are hidden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take %n folders out of the library</source>
        <translation>
            <numerusform>Take %n folder out of the library</numerusform>
            <numerusform>Take %n folders out of the library</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folders are taken out of the library.</source>
        <translation>
            <numerusform>%n folder is taken out of the library.</numerusform>
            <numerusform>%n folders are taken out of the library.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The names of %n faces are taken from photo files.</source>
        <translation>
            <numerusform>The name of %n face is taken from its file.</numerusform>
            <numerusform>The names of %n faces are taken from photo files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take back the names of %n faces that photo files no longer say</source>
        <translation>
            <numerusform>Take back the name of %n face that its file no longer says</numerusform>
            <numerusform>Take back the names of %n faces that photo files no longer say</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The names of %n faces are taken back, as photo files no longer say them.</source>
        <translation>
            <numerusform>The name of %n face is taken back, as its file no longer says it.</numerusform>
            <numerusform>The names of %n faces are taken back, as photo files no longer say them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n groups</source>
        <translation>
            <numerusform>%n group</numerusform>
            <numerusform>%n groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces</source>
        <translation>
            <numerusform>%n face</numerusform>
            <numerusform>%n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Scanning %n folders</source>
        <translation>
            <numerusform>Scanning %n folder</numerusform>
            <numerusform>Scanning %n folders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProbePicture</name>
    <message numerus="yes">
        <source>Which of these %Ln faces? Click on one.</source>
        <translation>
            <numerusform>Which face? Click on it.</numerusform>
            <numerusform>Which of these %Ln faces? Click on one.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QuestionSide</name>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message numerus="yes">
        <source>Take %Ln photo(s) out of the library?</source>
        <translation>
            <numerusform>Take %Ln photo out of the library?</numerusform>
            <numerusform>Take %Ln photos out of the library?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message numerus="yes">
        <source>%Ln question(s)</source>
        <translation>
            <numerusform>%Ln question</numerusform>
            <numerusform>%Ln questions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 % of faces have a name; the next %Ln answer(s) bring %2 %</source>
        <translation>
            <numerusform>%1 % of faces have a name; the next answer brings %2 %</numerusform>
            <numerusform>%1 % of faces have a name; the next %Ln answers bring %2 %</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SamePersonDialog</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatisticsPage</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln named person(s)</source>
        <translation>
            <numerusform>%Ln named person</numerusform>
            <numerusform>%Ln named people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unnamed group(s)</source>
        <translation>
            <numerusform>%Ln unnamed group</numerusform>
            <numerusform>%Ln unnamed groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more people</source>
        <translation>
            <numerusform>and %Ln more person</numerusform>
            <numerusform>and %Ln more people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) with a date</source>
        <translation>
            <numerusform>%Ln photo with a date</numerusform>
            <numerusform>%Ln photos with a date</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SuggestionCard</name>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln face</numerusform>
            <numerusform>%Ln faces</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>YearsModel</name>
    <message numerus="yes">
        <source>%Ln month(s) old</source>
        <translation>
            <numerusform>%Ln month old</numerusform>
            <numerusform>%Ln months old</numerusform>
        </translation>
    </message>
</context>
</TS>
