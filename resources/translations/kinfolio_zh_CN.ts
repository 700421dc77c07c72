<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Kinfolio</source>
        <translation>关于 Kinfolio</translation>
    </message>
    <message>
        <source>Your photos grouped by who is in them. Photos and faces never leave this computer.</source>
        <translation>按照片中的人物整理您的照片。照片和人脸绝不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Of two photos of one grown-up, 98 in 100 are recognised as the same person, where one in a thousand pairs of strangers is mistaken for one person.</source>
        <translation>同一成年人的两张照片，100 对中有 98 对会被识别为同一人；此时每一千对陌生人中会有一对被误认为同一人。</translation>
    </message>
    <message>
        <source>Babies and small children look alike to it: of two babies, one pair in four is mistaken for one child. From 3 to 5 years it is three in a hundred, later hardly any.</source>
        <translation>婴幼儿在它看来都很相像：每四对婴儿中就有一对被误认为同一个孩子；3 至 5 岁时为百分之三，再大一些则几乎不会。</translation>
    </message>
    <message>
        <source>Some people are confused with strangers more often than others: two Asian faces two times in a hundred in our test, which were mostly babies&apos;, two white ones once in a thousand.</source>
        <translation>有些人比其他人更容易与陌生人混淆：在我们的测试中，两张亚洲人脸有百分之二会混淆（其中大多是婴儿），两张白人人脸为千分之一。</translation>
    </message>
    <message>
        <source>Masks, blurred pictures and faces that are half hidden are recognised less often.</source>
        <translation>戴口罩、画面模糊或半遮挡的人脸较难识别。</translation>
    </message>
    <message>
        <source>Of the faces one would look at, nine in ten are found; of small ones in groups two in three, and of tiny ones in the background one in five. Now and then an animal is taken for a person.</source>
        <translation>人们会注意到的人脸，十张中能找到九张；合影中的小脸三张能找到两张，背景中极小的人脸五张能找到一张。偶尔会把动物当成人。</translation>
    </message>
    <message>
        <source>So look at what Review asks. What you say always counts more than what Kinfolio takes for right.</source>
        <translation>因此请看看“核对”页面中的问题。您的说法始终优先于 Kinfolio 的判断。</translation>
    </message>
    <message>
        <source>It is made to sort your own photos. Do not use it to decide anything about a person.</source>
        <translation>它只用于整理您自己的照片，请勿用它对任何人作出决定。</translation>
    </message>
    <message>
        <source>What to expect</source>
        <translation>识别效果说明</translation>
    </message>
    <message>
        <source>How this was measured is told below, in English.</source>
        <translation>测量方法见下文（英文）。</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Add a photo folder…</source>
        <translation>添加照片文件夹…</translation>
    </message>
    <message>
        <source>Scan all folders again</source>
        <translation>重新扫描所有文件夹</translation>
    </message>
    <message>
        <source>Export the photos of this person…</source>
        <translation>导出此人的照片…</translation>
    </message>
    <message>
        <source>Write a page of everybody…</source>
        <translation>生成人物网页…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>History…</source>
        <translation>历史记录…</translation>
    </message>
    <message>
        <source>Search for a copied picture</source>
        <translation>搜索已复制的图片</translation>
    </message>
    <message>
        <source>Find a name, folder or year</source>
        <translation>查找名字、文件夹或年份</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Find a name, folder or year, or filter People</source>
        <translation>查找名字、文件夹或年份，或筛选人物</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message>
        <source>Merge into one person…</source>
        <translation>合并为一个人…</translation>
    </message>
    <message>
        <source>Loosely: fewer, larger groups</source>
        <translation>宽松：组更少、更大</translation>
    </message>
    <message>
        <source>Normally</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Strictly: more, purer groups</source>
        <translation>严格：组更多、更纯</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>统计</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前进</translation>
    </message>
    <message>
        <source>Hidden people</source>
        <translation>隐藏的人物</translation>
    </message>
    <message>
        <source>Ignored faces in photos</source>
        <translation>照片中已忽略的人脸</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Keyboard…</source>
        <translation>键盘快捷键…</translation>
    </message>
    <message>
        <source>Photos that could not be read…</source>
        <translation>无法读取的照片…</translation>
    </message>
    <message>
        <source>Show the log folder</source>
        <translation>显示日志文件夹</translation>
    </message>
    <message>
        <source>About Kinfolio</source>
        <translation>关于 Kinfolio</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>显示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Group unnamed faces again</source>
        <translation>重新对未命名的人脸分组</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>按名字筛选</translation>
    </message>
    <message>
        <source>Undo: %1</source>
        <translation>撤销：%1</translation>
    </message>
    <message>
        <source>Redo: %1</source>
        <translation>重做：%1</translation>
    </message>
</context>
<context>
    <name>Answers</name>
    <message>
        <source>Who is on the left?</source>
        <translation>左边是谁？</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不是</translation>
    </message>
    <message>
        <source>Someone else…</source>
        <translation>是其他人…</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Ignore these</source>
        <translation>忽略这些</translation>
    </message>
    <message>
        <source>Strangers: these faces are not asked about again</source>
        <translation>陌生人：不再询问这些人脸</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
</context>
<context>
    <name>BirthdayDialog</name>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>When was %1 born?</source>
        <translation>%1是什么时候出生的？</translation>
    </message>
    <message>
        <source>For example %1</source>
        <translation>例如%1</translation>
    </message>
    <message>
        <source>Day, month and year are needed: for example %1</source>
        <translation>需要完整的年月日，例如%1</translation>
    </message>
    <message>
        <source>Faces on earlier photos are then known to be somebody else, and ages can be told.</source>
        <translation>设置后，出生之前的照片中的人脸会被排除，还可以显示年龄。</translation>
    </message>
    <message>
        <source>This day is yet to come.</source>
        <translation>这一天还没有到来。</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>Days of the month</source>
        <translation>当月日期</translation>
    </message>
    <message>
        <source>Previous month</source>
        <translation>上个月</translation>
    </message>
    <message>
        <source>Next month</source>
        <translation>下个月</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Face %1 of %2, from the left</source>
        <translation>从左数第%1张人脸，共%2张</translation>
    </message>
</context>
<context>
    <name>ChangeModelDialog</name>
    <message>
        <source>Use another model</source>
        <translation>使用其他模型</translation>
    </message>
    <message>
        <source>Read every photo again with %1?</source>
        <translation>要用 %1 重新读取所有照片吗？</translation>
    </message>
    <message>
        <source>For %1 that takes about as long as it took to read them the first time.</source>
        <translation>重新读取%1所需的时间与首次读取时大致相同。</translation>
    </message>
    <message>
        <source>For %1 that takes about %2, at the pace of the last scan.</source>
        <translation>按上次扫描的速度，重新读取%1大约需要%2。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>You can go on working meanwhile, and stop it. Names and everything you decided stay. Until it is done, searches find only what was read again.</source>
        <translation>在此期间可以继续使用，也可以随时停止。名字和您的所有决定都会保留。完成之前，搜索只能找到已重新读取的内容。</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln小时</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Add a photo folder</source>
        <translation>添加照片文件夹</translation>
    </message>
    <message>
        <source>Copy the photos into this folder</source>
        <translation>将照片复制到此文件夹</translation>
    </message>
    <message>
        <source>Write a page of everybody</source>
        <translation>生成人物网页</translation>
    </message>
    <message>
        <source>Scan again</source>
        <translation>重新扫描</translation>
    </message>
    <message>
        <source>Scan again and compare every file</source>
        <translation>重新扫描并比对每个文件</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Take out of the library (no file is deleted)</source>
        <translation>从图库中移除（不删除任何文件）</translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln个文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>Taken out of the library: %1 (%2). Names are kept, and come back when a folder is added again.</source>
        <translation>已从图库中移除：%1（%2）。名字会保留，重新添加文件夹后即可恢复。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Conditions</name>
    <message>
        <source>All photos</source>
        <translation>所有照片</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>conditions</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Photos %1</source>
        <translation>照片：%1</translation>
    </message>
    <message>
        <source>with nobody but %1</source>
        <translation>只有%1</translation>
    </message>
    <message>
        <source>without %1</source>
        <translation>不含%1</translation>
    </message>
    <message>
        <source>in the folder %1</source>
        <translation>位于文件夹“%1”</translation>
    </message>
    <message>
        <source>with %1</source>
        <translation>包含%1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>names</comment>
        <translation>%1、%2</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1和%2</translation>
    </message>
    <message>
        <source>%1 or %2</source>
        <translation>%1或%2</translation>
    </message>
    <message>
        <source>taken in %1</source>
        <translation>拍摄于%1</translation>
    </message>
    <message>
        <source>taken on %1</source>
        <translation>拍摄于%1</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>拍摄于%1至%2</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>拍摄于%1及以后</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>拍摄于%1及以前</translation>
    </message>
</context>
<context>
    <name>CrashReportDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>出错了</translation>
    </message>
    <message>
        <source>Kinfolio met an error of its own. Your photos, names and decisions are safe. The report below holds no names and no file names, and it is not sent anywhere; copy it if you want to pass it on.</source>
        <translation>Kinfolio 遇到了内部错误。您的照片、名字和决定都安然无恙。下面的报告不含任何人名和文件名，也不会发送到任何地方；如需转交他人，请复制报告。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>复制报告</translation>
    </message>
</context>
<context>
    <name>Crops</name>
    <message>
        <source>Face %1 of %2</source>
        <translation>%2的第%1张人脸</translation>
    </message>
    <message>
        <source>Double-click to see the photo</source>
        <translation>双击查看照片</translation>
    </message>
</context>
<context>
    <name>CurvePlot</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
</context>
<context>
    <name>DateField</name>
    <message>
        <source>A year, a month such as 5/2014, or a day</source>
        <translation>年份、月份（如2014/5）或日期</translation>
    </message>
    <message>
        <source>“%1” is no date. Write a year such as 2014, a month such as 5/2014, or a day.</source>
        <translation>“%1”不是日期。请输入年份（如2014）、月份（如2014/5）或具体日期。</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>%1 %2</source>
        <comment>%1 is the name of a month, %2 the year, %3 the number of the month</comment>
        <translation>%2年%3月</translation>
    </message>
    <message>
        <source>%1</source>
        <comment>%1 is a year</comment>
        <translation>%1年</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Drop a folder here to find the people in its photos</source>
        <translation>将文件夹拖放到此处，即可查找其中照片里的人物</translation>
    </message>
    <message>
        <source>Drop a folder here to add its photos, or a picture to search for the faces in it</source>
        <translation>将文件夹拖放到此处以添加其中的照片，或将图片拖放到此处以搜索其中的人脸</translation>
    </message>
    <message>
        <source>Drop the picture here to search for the faces in it</source>
        <translation>将图片拖放到此处以搜索其中的人脸</translation>
    </message>
</context>
<context>
    <name>FaceDrawing</name>
    <message>
        <source>Box of a face</source>
        <translation>人脸框</translation>
    </message>
    <message>
        <source>Drag a box around the face, or move this one with the arrow keys and size it with Shift. Return adds the face, Escape does not.</source>
        <translation>拖动鼠标框住人脸，或用方向键移动人脸框，按住 Shift 键调整大小。回车键添加人脸，Esc 键取消。</translation>
    </message>
    <message>
        <source>Looking at this face…</source>
        <translation>正在分析这张人脸…</translation>
    </message>
</context>
<context>
    <name>FaceMenu</name>
    <message>
        <source>This is a face</source>
        <translation>这是人脸</translation>
    </message>
    <message>
        <source>Yes, this is %1</source>
        <translation>是的，这是%1</translation>
    </message>
    <message>
        <source>Someone else…</source>
        <translation>是其他人…</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message>
        <source>Split off as a group of its own</source>
        <translation>拆分为单独的组</translation>
    </message>
    <message>
        <source>Delete this face that a photo file marked</source>
        <translation>删除这张由照片文件标记的人脸</translation>
    </message>
    <message>
        <source>Delete this drawn face</source>
        <translation>删除这张手动框选的人脸</translation>
    </message>
    <message>
        <source>Not a face</source>
        <translation>不是人脸</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Search for this face</source>
        <translation>搜索这张人脸</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>显示%1</translation>
    </message>
    <message>
        <source>Show the whole group</source>
        <translation>显示整个组</translation>
    </message>
    <message>
        <source>Not %1</source>
        <translation>不是%1</translation>
    </message>
    <message>
        <source>Make this the cover of %1</source>
        <translation>设为%1的封面</translation>
    </message>
</context>
<context>
    <name>FaceSearch</name>
    <message>
        <source>Faces found</source>
        <translation>找到的人脸</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>选择图片…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Looking for faces in the picture…</source>
        <translation>正在图片中查找人脸…</translation>
    </message>
    <message>
        <source>The first time this takes some seconds.</source>
        <translation>首次查找需要几秒钟。</translation>
    </message>
    <message>
        <source>Choose a picture with the face to look for</source>
        <translation>选择包含要查找的人脸的图片</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>图片 (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>There is no picture to paste. Copy one in another program first, then paste it here.</source>
        <translation>没有可粘贴的图片。请先在其他程序中复制一张图片，再粘贴到此处。</translation>
    </message>
    <message>
        <source>Search by a face</source>
        <translation>按人脸搜索</translation>
    </message>
    <message>
        <source>Drop a picture here, paste one or choose a file. You can also right-click any face in Kinfolio.</source>
        <translation>将图片拖到此处、粘贴图片或选择文件。您也可以在 Kinfolio 中右键点击任意人脸。</translation>
    </message>
    <message>
        <source>This search is not possible</source>
        <translation>无法进行此搜索</translation>
    </message>
    <message>
        <source>No face found in this picture</source>
        <translation>在这张图片中未找到人脸</translation>
    </message>
    <message>
        <source>Try one where the face is larger or seen from the front.</source>
        <translation>请换一张人脸更大或正面朝向镜头的图片。</translation>
    </message>
    <message>
        <source>Comparing with every face…</source>
        <translation>正在与所有人脸比较…</translation>
    </message>
    <message numerus="yes">
        <source>View &gt; Hidden people shows %Ln face(s) like this one.</source>
        <translation>
            <numerusform>可通过“显示”&gt;“隐藏的人物”查看%Ln张相似的人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Only hidden faces found</source>
        <translation>只找到已隐藏的人脸</translation>
    </message>
    <message>
        <source>No face like this one</source>
        <translation>没有与此相似的人脸</translation>
    </message>
    <message numerus="yes">
        <source>%Ln hidden</source>
        <translation>
            <numerusform>%Ln张已隐藏</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the slider towards “Loose” to see %Ln face(s) that are less alike.</source>
        <translation>
            <numerusform>将滑块移向“宽松”，可查看另外%Ln张相似度较低的人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody in this library is like this face.</source>
        <translation>图库中没有人与这张人脸相似。</translation>
    </message>
    <message numerus="yes">
        <source>The %Ln most alike face(s)</source>
        <translation>
            <numerusform>最相似的%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) found</source>
        <translation>
            <numerusform>找到%Ln张人脸</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy the photos to a folder…</source>
        <translation>将照片复制到文件夹…</translation>
    </message>
</context>
<context>
    <name>FacesModel</name>
    <message>
        <source>%1?</source>
        <translation>%1？</translation>
    </message>
    <message>
        <source>Unnamed face</source>
        <translation>未命名的人脸</translation>
    </message>
    <message>
        <source>%1 % alike</source>
        <translation>相似度%1%</translation>
    </message>
</context>
<context>
    <name>FileManager</name>
    <message>
        <source>There is no program to show %1 with.</source>
        <translation>没有可以用来显示 %1 的程序。</translation>
    </message>
</context>
<context>
    <name>FirstStartPage</name>
    <message>
        <source>See who is in your photos</source>
        <translation>看看照片里都有谁</translation>
    </message>
    <message>
        <source>Drop a folder of photos here, or choose one. Photos and faces never leave this computer.</source>
        <translation>将照片文件夹拖到此处，或选择一个文件夹。照片和人脸绝不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Add a photo folder</source>
        <translation>添加照片文件夹</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Photo folders</source>
        <translation>照片文件夹</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Scan again</source>
        <translation>重新扫描</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Take out of the library. No file is deleted, and it can be undone.</source>
        <translation>从图库中移除。不会删除任何文件，并且可以撤销。</translation>
    </message>
    <message>
        <source>out of reach</source>
        <translation>无法访问</translation>
    </message>
    <message>
        <source>Connect its drive and scan again.</source>
        <translation>请连接所在的磁盘，然后重新扫描。</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message>
        <source>Names the selected faces</source>
        <translation>为选中的人脸命名</translation>
    </message>
    <message>
        <source>Copy to a folder…</source>
        <translation>复制到文件夹…</translation>
    </message>
    <message>
        <source>Copies the photos of the selected faces, or of all that were found</source>
        <translation>复制选中人脸所在的照片；未选中时复制全部结果</translation>
    </message>
    <message>
        <source>Show the picture</source>
        <translation>显示图片</translation>
    </message>
</context>
<context>
    <name>GoneDialog</name>
    <message>
        <source>Photos that are gone</source>
        <translation>已不存在的照片</translation>
    </message>
    <message>
        <source>Take out of the library…</source>
        <translation>从图库中移除…</translation>
    </message>
    <message>
        <source>Looking for their files…</source>
        <translation>正在查找文件…</translation>
    </message>
    <message>
        <source>Not there since %1.</source>
        <comment>%1 is a day</comment>
        <translation>自%1起不在原处。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) are out of sight since their files are gone. They are shown again when these come back.</source>
        <translation>
            <numerusform>%Ln张照片的文件已不存在，因此不再显示。文件恢复后会重新显示。</numerusform>
        </translation>
    </message>
    <message>
        <source>No photo is gone. Folders that are out of reach are left as they are.</source>
        <translation>没有照片丢失。无法访问的文件夹保持原样。</translation>
    </message>
</context>
<context>
    <name>GroupAgainDialog</name>
    <message>
        <source>Group Again</source>
        <translation>重新分组</translation>
    </message>
    <message>
        <source>Grouping again would change this:</source>
        <translation>重新分组将带来以下更改：</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new group(s)</source>
        <translation>
            <numerusform>新增%Ln个组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln group(s) would go into others</source>
        <translation>
            <numerusform>%Ln个组将并入其他组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) would go to another group</source>
        <translation>
            <numerusform>%Ln张人脸将移到其他组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) would belong to no group</source>
        <translation>
            <numerusform>%Ln张人脸将不属于任何组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) would be shown with somebody else</source>
        <translation>
            <numerusform>%Ln张人脸将显示在其他人名下</numerusform>
        </translation>
    </message>
    <message>
        <source>No group changes now. Faces that are found from here on are grouped this strictly.</source>
        <translation>现有的组不会改变。今后找到的人脸将按此严格程度分组。</translation>
    </message>
    <message>
        <source>Names and everything you decided stay. You can undo it.</source>
        <translation>名字和您的所有决定都会保留。此操作可以撤销。</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
</context>
<context>
    <name>Hidden</name>
    <message>
        <source>%1 is hidden. View &gt; Hidden people shows them.</source>
        <translation>%1已隐藏。可通过“显示”&gt;“隐藏的人物”查看。</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>Nothing was done yet</source>
        <translation>还没有任何操作</translation>
    </message>
    <message>
        <source>Every name, every merge and every answer is listed here and can be taken back.</source>
        <translation>每次命名、合并和回答都会列在这里，并且可以撤回。</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Take the selected step back</source>
        <translation>撤回选中的步骤</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒%1张</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到1分钟</translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s) left</source>
        <translation>
            <numerusform>剩余%Ln分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s) left</source>
        <translation>
            <numerusform>剩余%Ln小时</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: done</source>
        <translation>%1：已完成</translation>
    </message>
    <message>
        <source>%1: cancelled</source>
        <translation>%1：已取消</translation>
    </message>
    <message>
        <source>%1: stopped</source>
        <translation>%1：已停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message numerus="yes">
        <source>%Ln problem(s)…</source>
        <translation>
            <numerusform>%Ln个问题…</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keyboard</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>功能</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>任何页面</translation>
    </message>
</context>
<context>
    <name>Languages</name>
    <message>
        <source>No font on this computer has Chinese letters: boxes stand for them. Install one, such as Noto Sans CJK.</source>
        <translation>此电脑没有中文字体，文字会显示为方框。请安装中文字体，例如 Noto Sans CJK。</translation>
    </message>
</context>
<context>
    <name>LeftOut</name>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Screenshots; *_edited.*</source>
        <translation>截图；*_副本*</translation>
    </message>
    <message>
        <source>&amp;Leave out:</source>
        <translation>排除(&amp;L)：</translation>
    </message>
    <message>
        <source>Names of files and folders, or paths within a photo folder, with semicolons between them; * stands for anything. Hidden folders, and those marked as holding no media, are always left out. What you said of photos that are left out is kept.</source>
        <translation>文件和文件夹的名称，或照片文件夹内的路径，用分号隔开；* 代表任意内容。隐藏文件夹以及标记为不含媒体的文件夹始终被排除。您对被排除照片所作的说明都会保留。</translation>
    </message>
    <message>
        <source>Photos that are gone…</source>
        <translation>已不存在的照片…</translation>
    </message>
</context>
<context>
    <name>LibraryPlace</name>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Choose another…</source>
        <translation>选择其他…</translation>
    </message>
    <message>
        <source>Back to the usual place</source>
        <translation>恢复默认位置</translation>
    </message>
    <message>
        <source>&amp;Folder:</source>
        <translation>文件夹(&amp;F)：</translation>
    </message>
    <message>
        <source>Names, faces and small pictures are kept here. Photos stay where they are.</source>
        <translation>名字、人脸和缩略图保存在这里。照片留在原处。</translation>
    </message>
    <message>
        <source>Choose a library, or an empty folder</source>
        <translation>选择图库或空文件夹</translation>
    </message>
    <message>
        <source>From the next start on: %1</source>
        <translation>下次启动时起使用：%1</translation>
    </message>
    <message>
        <source>From the next start on: %1, a new library without anybody. Those you named stay in %2.</source>
        <translation>下次启动时起使用：%1，这是一个尚无人物的新图库。您已命名的人物仍保留在 %2 中。</translation>
    </message>
    <message>
        <source>There is no library in %1, and it is not empty. Choose an empty folder for a library.</source>
        <translation>“%1”中没有图库，且该文件夹不为空。请为图库选择一个空文件夹。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Connect its drive, or give yourself the right to look into it.</source>
        <translation>无法读取“%1”（%2）。请连接其所在的磁盘，或获取查看该文件夹的权限。</translation>
    </message>
</context>
<context>
    <name>Likelihood</name>
    <message>
        <source>Very likely</source>
        <translation>很有可能</translation>
    </message>
    <message>
        <source>Likely</source>
        <translation>有可能</translation>
    </message>
    <message>
        <source>Perhaps</source>
        <translation>也许</translation>
    </message>
    <message>
        <source>Less likely</source>
        <translation>不太可能</translation>
    </message>
</context>
<context>
    <name>LikenessSlider</name>
    <message>
        <source>How alike faces must be</source>
        <translation>人脸需要的相似程度</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>Loose</source>
        <translation>宽松</translation>
    </message>
    <message>
        <source>Of strangers&apos; faces, about 1 in %1 is taken for this one.</source>
        <translation>大约每%1张陌生人的人脸中，会有1张被误认为此人。</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Kinfolio cannot write to %1 (%2), where it notes what goes wrong. Give yourself the right to write there, or make room on the disk, and start it again.</source>
        <translation>Kinfolio 无法写入“%1”（%2），那里用于记录出错信息。请获取该处的写入权限或在磁盘上腾出空间，然后重新启动。</translation>
    </message>
    <message>
        <source>The library in %1 is not there, so another one is open. Connect its drive and start Kinfolio again.</source>
        <translation>位于“%1”的图库不存在，因此打开了另一个图库。请连接所在的磁盘，然后重新启动 Kinfolio。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undone: %1</source>
        <translation>已撤销：%1</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
</context>
<context>
    <name>MergePage</name>
    <message>
        <source>Who joins</source>
        <translation>要并入的人物</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>The selected one stays, and the other one joins</source>
        <translation>保留选中的一方，另一方并入其中</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge those that are ticked</source>
        <translation>合并已勾选的人物</translation>
    </message>
    <message>
        <source>Back, without merging</source>
        <translation>返回，不合并</translation>
    </message>
    <message numerus="yes">
        <source>Merge %Ln into one</source>
        <translation>
            <numerusform>将%Ln个合并为一个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%2中的%1</translation>
    </message>
    <message>
        <source>Everybody who is ticked becomes one group, which you can name then.</source>
        <translation>所有勾选的人物将合并为一个组，之后您可以为它命名。</translation>
    </message>
    <message>
        <source>Everybody who is ticked becomes %1.</source>
        <translation>所有勾选的人物都将归为%1。</translation>
    </message>
    <message>
        <source>Tick or leave out</source>
        <translation>勾选或取消勾选</translation>
    </message>
    <message>
        <source>%1 is the one that stays</source>
        <translation>保留%1</translation>
    </message>
</context>
<context>
    <name>MergingModel</name>
    <message numerus="yes">
        <source>In %Ln photo(s) together</source>
        <translation>
            <numerusform>%Ln张照片中同时出现</numerusform>
        </translation>
    </message>
    <message>
        <source>Said to be another</source>
        <translation>已说明是其他人</translation>
    </message>
    <message>
        <source>Beside another one</source>
        <translation>与另一人同框</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) show both side by side, so they are two people.</source>
        <translation>
            <numerusform>有%Ln张照片同时拍到两者，因此他们是两个人。</numerusform>
        </translation>
    </message>
    <message>
        <source>Tick it only where that is a mirror, a collage or a mistake.</source>
        <translation>仅当那是镜子、拼图或错误时才勾选。</translation>
    </message>
    <message>
        <source>If that is a mirror or a collage, say so in the photo first.</source>
        <translation>如果那是镜子或拼图，请先在照片中说明。</translation>
    </message>
    <message>
        <source>You said before that these are two people. Tick it if they are one all the same.</source>
        <translation>您之前说过这是两个人。如果其实是同一个人，请勾选。</translation>
    </message>
    <message>
        <source>A photo shows it side by side with another one that is ticked: %1.</source>
        <translation>有照片同时拍到此人和另一个已勾选的人：%1。</translation>
    </message>
    <message>
        <source>Unnamed group</source>
        <translation>未命名的组</translation>
    </message>
    <message>
        <source>ticked</source>
        <translation>已勾选</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>未勾选</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 % alike</source>
        <translation>相似度%1%</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Read all…</source>
        <translation>阅读全文…</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>ModelList</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Recognises</source>
        <translation>识别率</translation>
    </message>
    <message>
        <source>A face takes</source>
        <translation>每张人脸耗时</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Of pairs of pictures of one person so many are recognised where one in a thousand pairs of strangers is mistaken. The time is that of one core of a processor.</source>
        <translation>识别率是指：在每一千对陌生人图片误认一对的前提下，同一人的成对图片中能被正确识别的比例。耗时按处理器的单个核心计算。</translation>
    </message>
    <message>
        <source>Use this model…</source>
        <translation>使用此模型…</translation>
    </message>
    <message>
        <source>Add a model from a file…</source>
        <translation>从文件添加模型…</translation>
    </message>
    <message>
        <source>How right they are, and for whom…</source>
        <translation>模型的准确度及适用人群…</translation>
    </message>
    <message>
        <source>%1 (in use)</source>
        <translation>%1（使用中）</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1毫秒</translation>
    </message>
</context>
<context>
    <name>NameEdit</name>
    <message>
        <source>People who may be meant</source>
        <translation>可能是这些人</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名字</translation>
    </message>
    <message>
        <source>Name of this person</source>
        <translation>此人的名字</translation>
    </message>
</context>
<context>
    <name>NamesModel</name>
    <message>
        <source>New person “%1”</source>
        <translation>新人物“%1”</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Naming</name>
    <message>
        <source>Joined to %1</source>
        <translation>已并入%1</translation>
    </message>
</context>
<context>
    <name>NamingDelegate</name>
    <message>
        <source>Who is this?</source>
        <translation>这是谁？</translation>
    </message>
</context>
<context>
    <name>OffersModel</name>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Folder %1, %2</source>
        <translation>文件夹“%1”，%2</translation>
    </message>
    <message>
        <source>Year %1, %2</source>
        <translation>%1年，%2</translation>
    </message>
</context>
<context>
    <name>Outcomes</name>
    <message>
        <source>Something went wrong inside Kinfolio. Your photos and names are safe.</source>
        <translation>Kinfolio 内部出错。您的照片和名字都安然无恙。</translation>
    </message>
    <message>
        <source>Show the report</source>
        <translation>显示报告</translation>
    </message>
    <message>
        <source>Stopped. What was read is kept; F5 goes on.</source>
        <translation>已停止。已读取的内容会保留；按 F5 继续。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Stopped after %1. What was read is kept; F5 goes on.</source>
        <translation>已停止（%1）。已读取的内容会保留；按 F5 继续。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: %1 read, %2 found.</source>
        <translation>完成：已读取%1，找到%2。</translation>
    </message>
    <message>
        <source>Done: there was nothing new.</source>
        <translation>完成：没有新内容。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s) were named by the photos themselves.</source>
        <translation>
            <numerusform>照片文件自带了 %Ln 张人脸的姓名。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) are no longer there; the Settings list them.</source>
        <translation>
            <numerusform>有 %Ln 张照片已不在原处；设置中列出了它们。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) are out of sight, as the Settings or a file “.nomedia” leave them out. Names are kept.</source>
        <translation>
            <numerusform>%Ln张照片已不显示，因为设置或“.nomedia”文件将其排除在外。名字会保留。</numerusform>
        </translation>
    </message>
    <message>
        <source>Grouping again would change nothing.</source>
        <translation>重新分组不会带来任何更改。</translation>
    </message>
    <message>
        <source>%1 copied.</source>
        <translation>已复制%1。</translation>
    </message>
    <message>
        <source>Close Kinfolio</source>
        <translation>关闭 Kinfolio</translation>
    </message>
    <message>
        <source>%1 copied, %2 there already.</source>
        <translation>已复制%1，其中%2张原已存在。</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>The page is written.</source>
        <translation>网页已生成。</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>PathDialogs</name>
    <message>
        <source>Web pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
</context>
<context>
    <name>PeopleField</name>
    <message>
        <source>Add a name</source>
        <translation>添加名字</translation>
    </message>
    <message>
        <source>Nobody is called “%1”.</source>
        <translation>没有叫“%1”的人。</translation>
    </message>
</context>
<context>
    <name>PeopleGrid</name>
    <message numerus="yes">
        <source>Show %Ln suggestion(s)</source>
        <translation>
            <numerusform>查看%Ln条建议</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleModel</name>
    <message>
        <source>Hidden people</source>
        <translation>隐藏的人物</translation>
    </message>
    <message>
        <source>Ignored faces</source>
        <translation>已忽略的人脸</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Unnamed groups</source>
        <translation>未命名的组</translation>
    </message>
    <message>
        <source>Ignored</source>
        <translation>已忽略</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Unnamed group</source>
        <translation>未命名的组</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s) to review</source>
        <translation>
            <numerusform>%Ln条建议待核对</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Show everybody</source>
        <translation>显示所有人</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>按名字筛选</translation>
    </message>
    <message>
        <source>Sort people</source>
        <translation>人物排序</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>按名字</translation>
    </message>
    <message>
        <source>Most photos</source>
        <translation>照片最多</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新优先</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>字母键</translation>
    </message>
    <message>
        <source>Name the selected person or group</source>
        <translation>为选中的人物或组命名</translation>
    </message>
    <message>
        <source>Show the person or group</source>
        <translation>显示人物或组</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Select two or more people first, then merge them.</source>
        <translation>请先选择两个或更多人物，再进行合并。</translation>
    </message>
    <message numerus="yes">
        <source>Select at most %Ln people to merge at a time.</source>
        <translation>
            <numerusform>一次最多可合并%Ln个人物。</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody is called “%1”</source>
        <translation>没有叫“%1”的人</translation>
    </message>
    <message>
        <source>While View &gt; Hidden people is off, these people and faces are left out everywhere. Select some to show them again.</source>
        <translation>未开启“显示”&gt;“隐藏的人物”时，这些人物和人脸不会出现在任何页面。选中后可重新显示。</translation>
    </message>
    <message>
        <source>Groups without a name are left out while you filter by name.</source>
        <translation>按名字筛选时，不显示未命名的组。</translation>
    </message>
    <message>
        <source>Nobody is hidden</source>
        <translation>没有隐藏的人物</translation>
    </message>
    <message>
        <source>Whom you hide, and the faces you ignore, wait here until you show them again.</source>
        <translation>您隐藏的人物和忽略的人脸会保存在这里，随时可以重新显示。</translation>
    </message>
    <message>
        <source>Looking for faces…</source>
        <translation>正在查找人脸…</translation>
    </message>
    <message>
        <source>People appear here as soon as they are found.</source>
        <translation>找到人物后会立即显示在这里。</translation>
    </message>
    <message>
        <source>Not all photos are read yet</source>
        <translation>尚未读取所有照片</translation>
    </message>
    <message>
        <source>The scan was stopped. “Scan all folders again” in the File menu goes on where it was.</source>
        <translation>扫描已停止。“文件”菜单中的“重新扫描所有文件夹”可从中断处继续。</translation>
    </message>
    <message>
        <source>No groups of faces</source>
        <translation>没有人脸组</translation>
    </message>
    <message>
        <source>Faces were found, but no two that are alike. Each can be named in its photo, and “Group unnamed faces again” in the Edit menu compares them once more.</source>
        <translation>找到了人脸，但没有两张彼此相似。每张人脸都可以在照片中命名；“编辑”菜单中的“重新对未命名的人脸分组”会再次进行比较。</translation>
    </message>
    <message>
        <source>Nobody found</source>
        <translation>未找到人物</translation>
    </message>
    <message>
        <source>No face was found in the photos of this library.</source>
        <translation>在图库的照片中未找到人脸。</translation>
    </message>
    <message>
        <source>Nobody here yet</source>
        <translation>这里还没有人物</translation>
    </message>
    <message>
        <source>Add a photo folder, and the people in it appear here.</source>
        <translation>添加照片文件夹后，其中的人物会显示在这里。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>已选择%Ln项</numerusform>
        </translation>
    </message>
    <message>
        <source>Show again</source>
        <translation>重新显示</translation>
    </message>
    <message>
        <source>Merge…</source>
        <translation>合并…</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Not a favourite</source>
        <translation>取消收藏</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln suggestion(s)</source>
        <translation>
            <numerusform>查看%Ln条建议</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleSearch</name>
    <message>
        <source>Photos found</source>
        <translation>找到的照片</translation>
    </message>
    <message>
        <source>With all of</source>
        <translation>包含全部</translation>
    </message>
    <message>
        <source>With any of</source>
        <translation>包含任一</translation>
    </message>
    <message>
        <source>Only</source>
        <translation>只有</translation>
    </message>
    <message>
        <source>Without</source>
        <translation>不含</translation>
    </message>
    <message>
        <source>Taken from</source>
        <translation>拍摄日期（起）</translation>
    </message>
    <message>
        <source>from</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Taken until</source>
        <translation>拍摄日期（止）</translation>
    </message>
    <message>
        <source>until</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>拍摄日期</translation>
    </message>
    <message>
        <source>Copy to a folder…</source>
        <translation>复制到文件夹…</translation>
    </message>
    <message>
        <source>Copies the selected photos, or all that were found</source>
        <translation>复制选中的照片；未选中时复制全部结果</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>所有文件夹</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Search by people</source>
        <translation>按人物搜索</translation>
    </message>
    <message>
        <source>Add a name above, a date or a folder, and the photos that fit appear here.</source>
        <translation>在上方添加名字、日期或文件夹，符合条件的照片会显示在这里。</translation>
    </message>
    <message>
        <source>No such photos</source>
        <translation>没有符合条件的照片</translation>
    </message>
    <message>
        <source>No photo fits all of this. Leave one condition out:</source>
        <translation>没有照片符合所有条件。请去掉一个条件：</translation>
    </message>
    <message>
        <source>No photo fits this, and leaving out a single condition brings none. Start over.</source>
        <translation>没有符合条件的照片，去掉任何一个条件也没有结果。请重新开始。</translation>
    </message>
    <message>
        <source>Leave out “%1”: %2</source>
        <translation>去掉“%1”：%2</translation>
    </message>
</context>
<context>
    <name>PersonChip</name>
    <message>
        <source>Remove %1</source>
        <translation>移除%1</translation>
    </message>
</context>
<context>
    <name>PersonFaces</name>
    <message>
        <source>Faces of this person</source>
        <translation>此人的人脸</translation>
    </message>
    <message>
        <source>No faces here</source>
        <translation>这里没有人脸</translation>
    </message>
    <message>
        <source>Their photos are not there at the moment.</source>
        <translation>这些照片目前不可用。</translation>
    </message>
    <message>
        <source>Split off</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>As a group without a name</source>
        <translation>作为未命名的组</translation>
    </message>
    <message>
        <source>As a new person…</source>
        <translation>作为新人物…</translation>
    </message>
    <message>
        <source>Make cover</source>
        <translation>设为封面</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Someone else…</source>
        <translation>是其他人…</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message>
        <source>Yes, this is %1</source>
        <translation>是的，这是%1</translation>
    </message>
    <message>
        <source>Not %1</source>
        <translation>不是%1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>已选择%Ln项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonFacesModel</name>
    <message>
        <source>Doubtful</source>
        <translation>存疑</translation>
    </message>
    <message>
        <source>Found by Kinfolio</source>
        <translation>由 Kinfolio 识别</translation>
    </message>
    <message>
        <source>Named with their group</source>
        <translation>随组命名</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>before the date of birth</source>
        <translation>早于出生日期</translation>
    </message>
    <message>
        <source>twice in this photo</source>
        <translation>在此照片中出现两次</translation>
    </message>
    <message>
        <source>more like %1</source>
        <translation>更像%1</translation>
    </message>
    <message>
        <source>unlike the others</source>
        <translation>与其他人脸不像</translation>
    </message>
</context>
<context>
    <name>PersonHeader</name>
    <message>
        <source>Click to change the name</source>
        <translation>点击以更改名字</translation>
    </message>
    <message>
        <source>Click to change the date of birth</source>
        <translation>点击以更改出生日期</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>人脸</translation>
    </message>
    <message>
        <source>Years</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Who is this?</source>
        <translation>这是谁？</translation>
    </message>
    <message>
        <source>Name: %1</source>
        <translation>名字：%1</translation>
    </message>
    <message>
        <source>Born on %1</source>
        <translation>出生于%1</translation>
    </message>
    <message>
        <source>Add the date of birth…</source>
        <translation>添加出生日期…</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%2中的%1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>★ Favourite</source>
        <translation>★ 收藏</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Date of birth…</source>
        <translation>出生日期…</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Show again</source>
        <translation>重新显示</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message>
        <source>Ignore these faces</source>
        <translation>忽略这些人脸</translation>
    </message>
</context>
<context>
    <name>PersonPage</name>
    <message>
        <source>Photos of this person</source>
        <translation>此人的照片</translation>
    </message>
    <message>
        <source>Unnamed group</source>
        <translation>未命名的组</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>字母键</translation>
    </message>
    <message>
        <source>Say who the selected faces are instead</source>
        <translation>指明选中的人脸是其他什么人</translation>
    </message>
    <message>
        <source>Not this person</source>
        <translation>不是此人</translation>
    </message>
    <message>
        <source>Show the photo</source>
        <translation>显示照片</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
</context>
<context>
    <name>PersonPanel</name>
    <message>
        <source>Is this the same person?</source>
        <translation>这是同一个人吗？</translation>
    </message>
    <message>
        <source>Often together</source>
        <translation>经常同框</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonYears</name>
    <message>
        <source>Faces through the years</source>
        <translation>历年人脸</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) without a date of their own are left out.</source>
        <translation>
            <numerusform>未包括%Ln张本身未记录拍摄日期的照片。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>No years yet</source>
        <translation>还没有年份</translation>
    </message>
    <message>
        <source>None of these photos says when it was taken. Where one does, its face appears here.</source>
        <translation>这些照片都没有拍摄日期。有日期的照片中的人脸会显示在这里。</translation>
    </message>
    <message>
        <source>One face a month appears here, of those that you have named or confirmed.</source>
        <translation>这里会从您命名或确认过的人脸中每月显示一张。</translation>
    </message>
</context>
<context>
    <name>PhotoCanvas</name>
    <message>
        <source>Not a face</source>
        <translation>不是人脸</translation>
    </message>
    <message>
        <source>Ignored</source>
        <translation>已忽略</translation>
    </message>
    <message>
        <source>%1?</source>
        <translation>%1？</translation>
    </message>
    <message>
        <source>Who is this?</source>
        <translation>这是谁？</translation>
    </message>
</context>
<context>
    <name>PhotoDetails</name>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>One person may appear twice
here (collage or mirror)</source>
        <translation>同一人可能在此出现两次
（拼图或镜子）</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>%1?</source>
        <translation>%1？</translation>
    </message>
    <message>
        <source>Who is this?</source>
        <translation>这是谁？</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>%1 is a day, %2 the time of the day</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Also here: %1</source>
        <translation>同时位于：%1</translation>
    </message>
    <message>
        <source>This file is not here at the moment. What is known of it stays.</source>
        <translation>此文件目前不可用。已有的信息会保留。</translation>
    </message>
    <message>
        <source>%1° N</source>
        <translation>北纬%1°</translation>
    </message>
    <message>
        <source>%1° S</source>
        <translation>南纬%1°</translation>
    </message>
    <message>
        <source>%1° E</source>
        <translation>东经%1°</translation>
    </message>
    <message>
        <source>%1° W</source>
        <translation>西经%1°</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>%1 is the degrees north or south, %2 those east or west</comment>
        <translation>%1，%2</translation>
    </message>
</context>
<context>
    <name>PhotoFilters</name>
    <message>
        <source>Which photos</source>
        <translation>显示哪些照片</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>所有照片</translation>
    </message>
    <message>
        <source>With unnamed faces</source>
        <translation>含未命名的人脸</translation>
    </message>
    <message>
        <source>Without faces</source>
        <translation>没有人脸</translation>
    </message>
    <message>
        <source>Could not be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Taken from</source>
        <translation>拍摄日期（起）</translation>
    </message>
    <message>
        <source>from</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Taken until</source>
        <translation>拍摄日期（止）</translation>
    </message>
    <message>
        <source>until</source>
        <translation>到</translation>
    </message>
    <message>
        <source>With any of</source>
        <translation>包含任一</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
</context>
<context>
    <name>PhotoMenu</name>
    <message>
        <source>Copy the picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Copy the path of the file</source>
        <translation>复制文件路径</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Open with the default program</source>
        <translation>用默认程序打开</translation>
    </message>
    <message>
        <source>One person may appear twice here (collage or mirror)</source>
        <translation>同一人可能在此出现两次（拼图或镜子）</translation>
    </message>
    <message>
        <source>The picture is copied.</source>
        <translation>图片已复制。</translation>
    </message>
    <message>
        <source>The path is copied.</source>
        <translation>路径已复制。</translation>
    </message>
    <message>
        <source>%1 is not there. If it lies on a removed drive, connect the drive.</source>
        <translation>“%1”不存在。如果它位于已移除的磁盘上，请连接该磁盘。</translation>
    </message>
</context>
<context>
    <name>PhotoProblemsDialog</name>
    <message>
        <source>Photos that could not be read</source>
        <translation>无法读取的照片</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) could not be read. Everything else was.</source>
        <translation>
            <numerusform>有%Ln张照片无法读取，其余均已读取。</numerusform>
        </translation>
    </message>
    <message>
        <source>Every photo could be read.</source>
        <translation>所有照片均可读取。</translation>
    </message>
</context>
<context>
    <name>PhotosMenu</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Copy the path of the file</source>
        <translation>复制文件路径</translation>
    </message>
    <message>
        <source>Copy the paths of the files</source>
        <translation>复制文件路径</translation>
    </message>
    <message>
        <source>One person may appear twice here (collage or mirror)</source>
        <translation>同一人可能在此出现两次（拼图或镜子）</translation>
    </message>
    <message>
        <source>Select all of “%1”</source>
        <translation>选择“%1”的全部照片</translation>
    </message>
</context>
<context>
    <name>PhotosModel</name>
    <message>
        <source>unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>不可用</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) of the same content</source>
        <translation>
            <numerusform>%Ln个内容相同的文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Its folder is out of reach at the moment. What is known of it stays.</source>
        <translation>所在文件夹目前无法访问。已有的信息会保留。</translation>
    </message>
    <message>
        <source>Without a date</source>
        <translation>没有日期</translation>
    </message>
</context>
<context>
    <name>PhotosPage</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>正在查找照片…</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>显示所有照片</translation>
    </message>
    <message>
        <source>Show the photo</source>
        <translation>显示照片</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>No such photos</source>
        <translation>没有符合条件的照片</translation>
    </message>
    <message>
        <source>Reading photos…</source>
        <translation>正在读取照片…</translation>
    </message>
    <message>
        <source>They appear here as they are read.</source>
        <translation>读取后会逐一显示在这里。</translation>
    </message>
    <message>
        <source>No photos here</source>
        <translation>这里没有照片</translation>
    </message>
    <message>
        <source>Add a photo folder, or drop one on this window.</source>
        <translation>添加照片文件夹，或将文件夹拖到此窗口。</translation>
    </message>
</context>
<context>
    <name>Phrases</name>
    <message>
        <source>A name needs at least one letter. Nothing was changed.</source>
        <translation>名字至少需要一个字。未做任何更改。</translation>
    </message>
    <message>
        <source>%1 alone cannot be a name: it would be taken for an id. Add a letter.</source>
        <translation>名字不能只是%1，否则会被当作编号。请加上文字。</translation>
    </message>
    <message>
        <source>%1 is known already. Is this the same person? Nothing was changed.</source>
        <translation>已有%1。这是同一个人吗？未做任何更改。</translation>
    </message>
    <message>
        <source>There is no person %1.</source>
        <translation>没有编号为%1的人物。</translation>
    </message>
    <message>
        <source>%1 people are called %2. Choose one of them.</source>
        <translation>有%1个人叫%2。请选择其中之一。</translation>
    </message>
    <message>
        <source>There is no person called %1. Did you mean %2?</source>
        <translation>没有叫%1的人。您要找的是%2吗？</translation>
    </message>
    <message>
        <source>There is no person called %1. A number stands for an id; a name needs a letter.</source>
        <translation>没有叫%1的人。数字表示编号；名字需要文字。</translation>
    </message>
    <message>
        <source>There is no person called %1.</source>
        <translation>没有叫%1的人。</translation>
    </message>
    <message>
        <source>There is nothing to name: give a face or a group. Nothing was changed.</source>
        <translation>没有可命名的内容：请选择人脸或组。未做任何更改。</translation>
    </message>
    <message>
        <source>The photos of all faces of the group show another face of %1. Name a face singly if it is that person all the same, or say that a photo is a collage. Nothing was changed.</source>
        <translation>该组所有人脸所在的照片中都另有一张%1的人脸。如果确实是此人，请单独为某张人脸命名，或将照片标为拼图。未做任何更改。</translation>
    </message>
    <message>
        <source>Merging needs two different people. Nothing was changed.</source>
        <translation>合并需要两个不同的人物。未做任何更改。</translation>
    </message>
    <message>
        <source>Merging needs two different groups or faces that are undecided. Nothing was changed.</source>
        <translation>合并需要两个不同的组或未确定的人脸。未做任何更改。</translation>
    </message>
    <message>
        <source>%1 is still to come; a date of birth is a day of the past. Nothing was changed.</source>
        <translation>%1尚未到来；出生日期应为过去的日期。未做任何更改。</translation>
    </message>
    <message>
        <source>There is nobody to split off: these faces are nobody&apos;s and in no group. Nothing was changed.</source>
        <translation>没有可拆分的内容：这些人脸不属于任何人，也不在任何组中。未做任何更改。</translation>
    </message>
    <message>
        <source>There is no face to change: give one, or a group with undecided faces. Nothing was changed.</source>
        <translation>没有可更改的人脸：请选择人脸，或含有未确定人脸的组。未做任何更改。</translation>
    </message>
    <message>
        <source>There is nobody to change: give a person. Nothing was changed.</source>
        <translation>没有可更改的人物：请选择人物。未做任何更改。</translation>
    </message>
    <message>
        <source>The cover must be one of the person&apos;s own faces. Nothing was changed.</source>
        <translation>封面必须是此人自己的人脸。未做任何更改。</translation>
    </message>
    <message>
        <source>There is no undecided face in this group: it was named or emptied before. Nothing was changed.</source>
        <translation>该组中没有未确定的人脸：之前已被命名或清空。未做任何更改。</translation>
    </message>
    <message>
        <source>One of these faces is %2 already, and only what is undecided can be merged without a person. Nothing was changed.</source>
        <translation>其中一张人脸已是%2，只有未确定的内容才能在不指定人物的情况下合并。未做任何更改。</translation>
    </message>
    <message>
        <source>The photo %2 shows a face of each, so these are different people. If it is a collage or shows a mirror, say so in the menu of the photo and try again. Nothing was changed.</source>
        <translation>照片“%2”中两者的人脸同时出现，因此他们是不同的人。如果那是拼图或镜子，请在照片的菜单中说明，然后重试。未做任何更改。</translation>
    </message>
    <message>
        <source>Both sides hold the same, and nobody differs from themselves. Nothing was changed.</source>
        <translation>两边内容相同，无法区分。未做任何更改。</translation>
    </message>
    <message>
        <source>%1 is on both sides. Take off the faces that are somebody else first. Nothing was changed.</source>
        <translation>两边都有%1。请先去掉属于其他人的人脸。未做任何更改。</translation>
    </message>
    <message>
        <source>It was said already that %1 and %2 differ. Nothing was changed.</source>
        <translation>之前已说明%1与%2不是同一个人。未做任何更改。</translation>
    </message>
    <message>
        <source>There is a face at this place already. Nothing was changed.</source>
        <translation>此处已有一张人脸。未做任何更改。</translation>
    </message>
    <message>
        <source>This face was neither drawn by hand nor marked by a photo file. Nothing was changed.</source>
        <translation>这张人脸既不是手动框选的，也不是由照片文件标记的。未做任何更改。</translation>
    </message>
    <message>
        <source>The library has no face %1.</source>
        <translation>图库中没有编号为%1的人脸。</translation>
    </message>
    <message>
        <source>This face was not described by the present model. Let every photo be read again to compare it.</source>
        <translation>当前模型尚未分析这张人脸。请重新读取所有照片后再比较。</translation>
    </message>
    <message>
        <source>There is no group %1.</source>
        <translation>没有编号为%1的组。</translation>
    </message>
    <message>
        <source>This group has come to its end.</source>
        <translation>此组已不存在。</translation>
    </message>
    <message>
        <source>The library has no photo %1.</source>
        <translation>图库中没有照片“%1”。</translation>
    </message>
    <message>
        <source>%1 is not a photo folder of this library. Its folders are: %2.</source>
        <translation>“%1”不是此图库的照片文件夹。图库的文件夹有：%2。</translation>
    </message>
    <message>
        <source>The model was changed meanwhile. Draw the face again.</source>
        <translation>模型在此期间已更改。请重新框选人脸。</translation>
    </message>
    <message>
        <source>Another model is in use since this was planned. Plan it again; nothing was changed.</source>
        <translation>在此期间已改用其他模型。请重新开始分组；未做任何更改。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not left out: a path begins in its photo folder. Write &quot;2020/raw&quot;, or &quot;raw&quot; for whatever is called so.</source>
        <translation>未排除“%1”：路径须从照片文件夹开始写起。请写“2020/raw”，或只写“raw”来排除所有这样命名的文件和文件夹。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not left out: nothing fits its brackets. Write &quot;[abc]&quot; or &quot;[a-c]&quot; for one of these letters, and &quot;[[]&quot; for a bracket.</source>
        <translation>未排除“%1”：没有任何名称能与其中的方括号相符。用“[abc]”或“[a-c]”表示其中的一个字母，用“[[]”表示方括号本身。</translation>
    </message>
    <message>
        <source>This library has no faces yet. Scan a photo folder first.</source>
        <translation>此图库中还没有人脸。请先扫描照片文件夹。</translation>
    </message>
    <message>
        <source>This library was opened for reading only. Nothing was changed.</source>
        <translation>此图库以只读方式打开。未做任何更改。</translation>
    </message>
    <message>
        <source>The library is closed. Nothing was changed.</source>
        <translation>图库已关闭。未做任何更改。</translation>
    </message>
    <message>
        <source>The disk that holds the library in %1 is full. Nothing was changed. Make room on it, then go on.</source>
        <translation>位于“%1”的图库所在的磁盘已满。未做任何更改。请在磁盘上腾出空间，然后继续。</translation>
    </message>
    <message>
        <source>There is no library in %1.</source>
        <translation>“%1”中没有图库。</translation>
    </message>
    <message>
        <source>Another Kinfolio is using the library in %1. Close it, or wait until its work ends, and try again.</source>
        <translation>另一个 Kinfolio 正在使用位于“%1”的图库。请将其关闭，或等待其工作结束，然后重试。</translation>
    </message>
    <message>
        <source>The library folder %1 cannot be written (%2). Give yourself the right to write there, and try again.</source>
        <translation>无法写入图库文件夹“%1”（%2）。请取得该文件夹的写入权限，然后重试。</translation>
    </message>
    <message>
        <source>The library file %1 cannot be used (%2). If it is damaged, put a backup of it in its place; nothing was changed.</source>
        <translation>无法使用图库文件“%1”（%2）。如果文件已损坏，请用备份替换；未做任何更改。</translation>
    </message>
    <message>
        <source>The disk that holds the library in %1 cannot be read or written (%2). Nothing was changed. Connect it, or make room on it, then open Kinfolio again.</source>
        <translation>无法读写图库“%1”所在的磁盘（%2）。没有任何更改。请连接该磁盘或在其上腾出空间，然后重新打开 Kinfolio。</translation>
    </message>
    <message>
        <source>The library file %1 cannot be opened (%2). Give yourself the right to write in its folder, or copy that to where you have it; nothing was changed.</source>
        <translation>无法打开图库文件“%1”（%2）。请获取其文件夹的写入权限，或将该文件夹复制到您有权限的位置；没有任何更改。</translation>
    </message>
    <message>
        <source>Another program changed the library in %1 while it was read. Try again.</source>
        <translation>读取“%1”中的图库时，另一个程序修改了它。请重试。</translation>
    </message>
    <message>
        <source>The library file %1 is damaged, and Kinfolio has no sound backup of it. If you have one, put it in its place; nothing was changed.</source>
        <translation>图库文件“%1”已损坏，且 Kinfolio 没有完好的备份。如果您有备份，请用它替换；没有任何更改。</translation>
    </message>
    <message>
        <source>The library file %1 is damaged. Close Kinfolio and open it again: it puts the newest backup in its place, without what is done from here on.</source>
        <translation>图库文件“%1”已损坏。请关闭 Kinfolio 再重新打开：它会用最新的备份替换，从现在起所做的操作不会保留。</translation>
    </message>
    <message>
        <source>The library file %1 is damaged. Open it for writing, and its newest backup takes its place.</source>
        <translation>图库文件“%1”已损坏。以可写方式打开后，最新的备份会替换它。</translation>
    </message>
    <message>
        <source>The library file was gone. Its backup of %1 is in its place, and what was done since then has to be done again.</source>
        <translation>图库文件曾丢失。现已换上 %1 的备份，此后所做的需要重做。</translation>
    </message>
    <message>
        <source>The library in %1 is damaged or gone, and its backup cannot be put in its place (%2). Make room on the disk, then open Kinfolio again; nothing was changed.</source>
        <translation>位于“%1”的图库已损坏或丢失，且无法用备份替换（%2）。请腾出磁盘空间，然后重新打开 Kinfolio；未做任何更改。</translation>
    </message>
    <message>
        <source>The library file was damaged. Its backup of %1 is in its place, and what was done since then has to be done again. The damaged file is kept beside it.</source>
        <translation>图库文件曾损坏。现已换上 %1 的备份，此后所做的需要重做。损坏的文件保留在旁边。</translation>
    </message>
    <message>
        <source>The library in %1 lies on a network share (%2). A lost connection may cost what was done last. Keep the library on a disk of this computer; photos may lie anywhere.</source>
        <translation>位于“%1”的图库在网络共享（%2）上。连接中断可能会丢失最近所做的操作。请将图库保存在本机磁盘上；照片可以放在任何位置。</translation>
    </message>
    <message>
        <source>The library in %1 was made by a newer Kinfolio (format %2; this program knows %3). Install the newest Kinfolio and open it again; nothing was changed.</source>
        <translation>位于“%1”的图库由更新版本的 Kinfolio 创建（格式%2；本程序支持%3）。请安装最新版 Kinfolio 后再打开；未做任何更改。</translation>
    </message>
    <message>
        <source>The library file %1 is empty or not of Kinfolio. Put a backup of it in its place.</source>
        <translation>图库文件“%1”为空，或不是 Kinfolio 的文件。请用备份替换。</translation>
    </message>
    <message>
        <source>The library in %1 is from an older Kinfolio. Open it once for writing, and it is brought up to date.</source>
        <translation>位于“%1”的图库来自旧版 Kinfolio。以可写方式打开一次即可更新。</translation>
    </message>
    <message>
        <source>The library file %1 is not of Kinfolio. Put a backup of it in its place; nothing was changed.</source>
        <translation>图库文件“%1”不是 Kinfolio 的文件。请用备份替换；未做任何更改。</translation>
    </message>
    <message>
        <source>The library file %1 is empty, but was not always. Put a backup of it in its place; nothing was changed.</source>
        <translation>图库文件“%1”为空，但此前并非如此。请用备份替换；未做任何更改。</translation>
    </message>
    <message>
        <source>The library has no photo folder yet. Scan one first.</source>
        <translation>图库中还没有照片文件夹。请先扫描一个。</translation>
    </message>
    <message>
        <source>%1 is not there. Choose another picture.</source>
        <translation>“%1”不存在。请选择其他图片。</translation>
    </message>
    <message>
        <source>%1 cannot be used. %2</source>
        <translation>无法使用“%1”。%2</translation>
    </message>
    <message>
        <source>This picture</source>
        <translation>此图片</translation>
    </message>
    <message>
        <source>The photos of this library were read with another version of the model %1. Let every photo be read again.</source>
        <translation>此图库的照片是用模型 %1 的其他版本读取的。请重新读取所有照片。</translation>
    </message>
    <message>
        <source>The photos of this library were read with the model %1, not with %2. Choose that model again, or let every photo be read again.</source>
        <translation>此图库的照片是用模型 %1 读取的，而不是 %2。请重新选择该模型，或重新读取所有照片。</translation>
    </message>
    <message>
        <source>The file was changed since it was scanned. Scan its folder again, then draw the face.</source>
        <translation>文件在扫描后已更改。请重新扫描其文件夹，再框选人脸。</translation>
    </message>
    <message>
        <source>The face cannot be looked at. %1</source>
        <translation>无法分析这张人脸。%1</translation>
    </message>
    <message>
        <source>%1 could not be written: %2. Choose another place for it.</source>
        <translation>无法写入“%1”：%2。请选择其他位置。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made: %2. Choose another.</source>
        <translation>无法创建文件夹“%1”：%2。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>%1 lies in %2, whose photos are in the library: the next scan would take the copies in as photos of their own. Choose a folder outside; nothing was written.</source>
        <translation>“%1”位于图库的照片文件夹“%2”中：下次扫描会将这些副本当作新照片。请选择该文件夹之外的位置；未写入任何内容。</translation>
    </message>
    <message>
        <source>%1 could not be written to %2: %3. Make room there or choose another folder, and export again; what is there already is kept.</source>
        <translation>无法将“%1”写入“%2”：%3。请腾出空间或选择其他文件夹，然后重新导出；已有的内容会保留。</translation>
    </message>
    <message>
        <source>%1 cannot be added as a model. %2</source>
        <translation>无法将“%1”添加为模型。%2</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>无法读取“%1”：%2。</translation>
    </message>
    <message>
        <source>The model cannot be kept in %1: %2.</source>
        <translation>无法将模型保存在“%1”：%2。</translation>
    </message>
    <message>
        <source>%1 is no YuNet face detector that OpenCV can run. Choose a file face_detection_yunet_….onnx from the OpenCV Zoo.</source>
        <translation>“%1”不是 OpenCV 可运行的 YuNet 人脸检测模型。请选择 OpenCV Zoo 中的 face_detection_yunet_….onnx 文件。</translation>
    </message>
    <message>
        <source>There is no model %1 here. If it was added from a file, add that again in the settings. Else choose another one there and let every photo be read again, which keeps every name. There are: %3.</source>
        <translation>此处没有模型 %1。如果它是从文件添加的，请在设置中重新添加；否则请在设置中选择其他模型，并重新读取所有照片，所有名字都会保留。现有模型：%3。</translation>
    </message>
    <message>
        <source>The model %1 cannot be read: %2. Add it again.</source>
        <translation>无法读取模型 %1：%2。请重新添加。</translation>
    </message>
    <message>
        <source>The model %1 has changed since it was added. Add it again.</source>
        <translation>模型 %1 在添加后已更改。请重新添加。</translation>
    </message>
    <message>
        <source>Nobody has measured how far the model %1 can be trusted. Do it once, with photos of people you know, a folder for each of them in DIR: python -m facenet_core calibrate --preset %2 --images DIR --write</source>
        <translation>尚未测量模型 %1 的可信程度。请用您认识的人的照片测量一次，在 DIR 中为每个人建立一个文件夹：python -m facenet_core calibrate --preset %2 --images DIR --write</translation>
    </message>
    <message>
        <source>There is no device %1: write auto, cpu, gpu or gpu:N.</source>
        <translation>没有设备 %1：请使用 auto、cpu、gpu 或 gpu:N。</translation>
    </message>
    <message>
        <source>No GPU can be used: %1</source>
        <translation>没有可用的显卡：%1</translation>
    </message>
    <message>
        <source>There is no GPU %1: this machine has %2, counted from 0.</source>
        <translation>没有显卡%1：此电脑有%2块显卡，编号从0开始。</translation>
    </message>
    <message>
        <source>GPUs are used through TensorFlow or JAX, and the Keras backend is %1.</source>
        <translation>显卡需通过 TensorFlow 或 JAX 使用，而当前 Keras 后端为 %1。</translation>
    </message>
    <message>
        <source>the %1 backend could not start on the GPU (%2).</source>
        <translation>%1 后端无法在显卡上启动（%2）。</translation>
    </message>
    <message>
        <source>an NVIDIA driver is installed, but %1 finds no GPU it can use: install the program with its `gpu` extra (pip install &apos;kinfolio[gpu]&apos;).</source>
        <translation>已安装 NVIDIA 驱动程序，但 %1 未找到可用的显卡：请连同 gpu 附加组件一起安装本程序 (pip install &apos;kinfolio[gpu]&apos;)。</translation>
    </message>
    <message>
        <source>CUDA_VISIBLE_DEVICES hides every GPU.</source>
        <translation>CUDA_VISIBLE_DEVICES 隐藏了所有显卡。</translation>
    </message>
    <message>
        <source>GPUs of Macs are not supported; the CPU is used.</source>
        <translation>不支持 Mac 的显卡；将使用处理器。</translation>
    </message>
    <message>
        <source>no NVIDIA driver is installed.</source>
        <translation>未安装 NVIDIA 驱动程序。</translation>
    </message>
    <message>
        <source>TensorFlow uses no GPU on Windows; the CPU is used.</source>
        <translation>TensorFlow 在 Windows 上不使用显卡；将使用处理器。</translation>
    </message>
    <message>
        <source>no NVIDIA driver is installed, or no NVIDIA GPU is in this machine.</source>
        <translation>未安装 NVIDIA 驱动程序，或此电脑没有 NVIDIA 显卡。</translation>
    </message>
    <message>
        <source>Name %1</source>
        <translation>命名“%1”</translation>
    </message>
    <message>
        <source>Named %1.</source>
        <translation>已命名为“%1”。</translation>
    </message>
    <message>
        <source>Merge %1 into %2</source>
        <translation>将“%1”并入“%2”</translation>
    </message>
    <message>
        <source>Merged %1 into %2.</source>
        <translation>已将“%1”并入“%2”。</translation>
    </message>
    <message>
        <source>Merge %1</source>
        <translation>合并“%1”</translation>
    </message>
    <message>
        <source>Merged %1.</source>
        <translation>已合并“%1”。</translation>
    </message>
    <message>
        <source>Merge %1 and %2</source>
        <translation>合并“%1”和“%2”</translation>
    </message>
    <message>
        <source>Merged %1 and %2.</source>
        <translation>已合并“%1”和“%2”。</translation>
    </message>
    <message>
        <source>Tell %1 and %2 apart</source>
        <translation>区分“%1”和“%2”</translation>
    </message>
    <message>
        <source>Told %1 and %2 apart.</source>
        <translation>已将“%1”和“%2”区分开。</translation>
    </message>
    <message>
        <source>Tell two unnamed groups apart</source>
        <translation>区分两个未命名的组</translation>
    </message>
    <message>
        <source>Told two unnamed groups apart.</source>
        <translation>已将两个未命名的组区分开。</translation>
    </message>
    <message>
        <source>Tell two faces apart</source>
        <translation>区分两张人脸</translation>
    </message>
    <message>
        <source>Told two faces apart.</source>
        <translation>已将两张人脸区分开。</translation>
    </message>
    <message>
        <source>Split off %1</source>
        <translation>拆分出“%1”</translation>
    </message>
    <message>
        <source>Split off as %1.</source>
        <translation>已拆分为“%1”。</translation>
    </message>
    <message>
        <source>Split off a face</source>
        <translation>拆分出1张人脸</translation>
    </message>
    <message>
        <source>A face is split off.</source>
        <translation>已拆分出1张人脸。</translation>
    </message>
    <message numerus="yes">
        <source>Split off %n faces</source>
        <translation>
            <numerusform>拆分出%n张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are split off.</source>
        <translation>
            <numerusform>已拆分出%n张人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not %1</source>
        <translation>不是“%1”</translation>
    </message>
    <message numerus="yes">
        <source>Not %1: %n faces</source>
        <translation>
            <numerusform>不是“%1”：%n张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are not %1.</source>
        <translation>
            <numerusform>%n张人脸不是“%1”。</numerusform>
        </translation>
    </message>
    <message>
        <source>Ignore a face</source>
        <translation>忽略1张人脸</translation>
    </message>
    <message>
        <source>A face is ignored.</source>
        <translation>已忽略1张人脸。</translation>
    </message>
    <message numerus="yes">
        <source>Ignore %n faces</source>
        <translation>
            <numerusform>忽略%n张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are ignored.</source>
        <translation>
            <numerusform>已忽略%n张人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Strike out a face</source>
        <translation>将1张标为不是人脸</translation>
    </message>
    <message>
        <source>A face is struck out.</source>
        <translation>已将1张标为不是人脸。</translation>
    </message>
    <message numerus="yes">
        <source>Strike out %n faces</source>
        <translation>
            <numerusform>将%n张标为不是人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are struck out.</source>
        <translation>
            <numerusform>已将%n张标为不是人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Show a face</source>
        <translation>重新显示1张人脸</translation>
    </message>
    <message>
        <source>A face is shown again.</source>
        <translation>已重新显示1张人脸。</translation>
    </message>
    <message numerus="yes">
        <source>Show %n faces</source>
        <translation>
            <numerusform>重新显示%n张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces are shown again.</source>
        <translation>
            <numerusform>已重新显示%n张人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Show %1 and a face</source>
        <translation>重新显示“%1”和1张人脸</translation>
    </message>
    <message>
        <source>%1 and a face are shown again.</source>
        <translation>已重新显示“%1”和1张人脸。</translation>
    </message>
    <message numerus="yes">
        <source>Show %1 and %n faces</source>
        <translation>
            <numerusform>重新显示“%1”和%n张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n faces are shown again.</source>
        <translation>
            <numerusform>已重新显示“%1”和%n张人脸。</numerusform>
        </translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>重新显示“%1”</translation>
    </message>
    <message>
        <source>%1 is shown again.</source>
        <translation>已重新显示“%1”。</translation>
    </message>
    <message numerus="yes">
        <source>Show %n people</source>
        <translation>
            <numerusform>重新显示%n个人物</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people are shown again.</source>
        <translation>
            <numerusform>已重新显示%n个人物。</numerusform>
        </translation>
    </message>
    <message>
        <source>Hide %1</source>
        <translation>隐藏“%1”</translation>
    </message>
    <message>
        <source>%1 is hidden.</source>
        <translation>已隐藏“%1”。</translation>
    </message>
    <message numerus="yes">
        <source>Hide %n people</source>
        <translation>
            <numerusform>隐藏%n个人物</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people are hidden.</source>
        <translation>
            <numerusform>已隐藏%n个人物。</numerusform>
        </translation>
    </message>
    <message>
        <source>Make %1 a favourite</source>
        <translation>收藏“%1”</translation>
    </message>
    <message>
        <source>%1 is a favourite.</source>
        <translation>已收藏“%1”。</translation>
    </message>
    <message>
        <source>Make %1 favourites</source>
        <translation>收藏“%1”</translation>
    </message>
    <message>
        <source>%1 are favourites.</source>
        <translation>已收藏“%1”。</translation>
    </message>
    <message>
        <source>Make %1 no favourite</source>
        <translation>取消收藏“%1”</translation>
    </message>
    <message>
        <source>%1 is no favourite any more.</source>
        <translation>已取消收藏“%1”。</translation>
    </message>
    <message>
        <source>Make %1 no favourites</source>
        <translation>取消收藏“%1”</translation>
    </message>
    <message>
        <source>%1 are no favourites any more.</source>
        <translation>已取消收藏“%1”。</translation>
    </message>
    <message>
        <source>Rename %1 to %2</source>
        <translation>将“%1”重命名为“%2”</translation>
    </message>
    <message>
        <source>%1 is called %2.</source>
        <translation>“%1”已改名为“%2”。</translation>
    </message>
    <message>
        <source>Change the cover of %1</source>
        <translation>更改“%1”的封面</translation>
    </message>
    <message>
        <source>The cover of %1 is changed.</source>
        <translation>已更换“%1”的封面。</translation>
    </message>
    <message>
        <source>Note when %1 was born</source>
        <translation>设置“%1”的出生日期</translation>
    </message>
    <message>
        <source>It is noted when %1 was born.</source>
        <translation>已记录“%1”的出生日期。</translation>
    </message>
    <message>
        <source>Forget when %1 was born</source>
        <translation>移除“%1”的出生日期</translation>
    </message>
    <message>
        <source>It is forgotten when %1 was born.</source>
        <translation>已清除“%1”的出生日期。</translation>
    </message>
    <message>
        <source>%1 is taken out of the library.</source>
        <translation>已从图库中移除“%1”。</translation>
    </message>
    <message>
        <source>Draw a face</source>
        <translation>框选人脸</translation>
    </message>
    <message>
        <source>A face is added.</source>
        <translation>已添加1张人脸。</translation>
    </message>
    <message>
        <source>Delete a drawn face</source>
        <translation>删除手动框选的人脸</translation>
    </message>
    <message>
        <source>A drawn face is deleted.</source>
        <translation>已删除1张手动框选的人脸。</translation>
    </message>
    <message>
        <source>Delete a face that a photo file marked</source>
        <translation>删除由照片文件标记的人脸</translation>
    </message>
    <message>
        <source>A face that a photo file marked is deleted.</source>
        <translation>已删除1张由照片文件标记的人脸。</translation>
    </message>
    <message>
        <source>Allow repeats in a photo</source>
        <translation>允许同一人在照片中重复出现</translation>
    </message>
    <message>
        <source>Repeats are allowed in a photo.</source>
        <translation>已允许同一人在照片中重复出现。</translation>
    </message>
    <message>
        <source>Allow no repeats in a photo</source>
        <translation>不允许同一人在照片中重复出现</translation>
    </message>
    <message>
        <source>Take the name of a face from its file</source>
        <translation>从照片文件读取一张人脸的姓名</translation>
    </message>
    <message>
        <source>The name of a face is taken from its file.</source>
        <translation>已从照片文件读取一张人脸的姓名。</translation>
    </message>
    <message numerus="yes">
        <source>Take the names of %n faces from photo files</source>
        <translation>
            <numerusform>从照片文件读取 %n 张人脸的姓名</numerusform>
        </translation>
    </message>
    <message>
        <source>No repeats are allowed in a photo.</source>
        <translation>已不允许同一人在照片中重复出现。</translation>
    </message>
    <message>
        <source>Name %1, except a face in a photo that shows %1 already</source>
        <translation>命名“%1”，但除去1张人脸，因为那张照片中已有“%1”</translation>
    </message>
    <message>
        <source>Named %1, except a face in a photo that shows %1 already.</source>
        <translation>已命名为“%1”，但除去1张人脸，因为那张照片中已有“%1”。</translation>
    </message>
    <message numerus="yes">
        <source>Name %1, except %n faces in photos that show %1 already</source>
        <translation>
            <numerusform>命名“%1”，但除去%n张人脸，因为那些照片中已有“%1”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Named %1, except %n faces in photos that show %1 already.</source>
        <translation>
            <numerusform>已命名为“%1”，但除去%n张人脸，因为那些照片中已有“%1”。</numerusform>
        </translation>
    </message>
    <message>
        <source>Merge %1 into %2, except a face in a photo that shows %2 already</source>
        <translation>将“%1”并入“%2”，但除去1张人脸，因为那张照片中已有“%2”</translation>
    </message>
    <message>
        <source>Merged %1 into %2, except a face in a photo that shows %2 already.</source>
        <translation>已将“%1”并入“%2”，但除去1张人脸，因为那张照片中已有“%2”。</translation>
    </message>
    <message numerus="yes">
        <source>Merge %1 into %2, except %n faces in photos that show %2 already</source>
        <translation>
            <numerusform>将“%1”并入“%2”，但除去%n张人脸，因为那些照片中已有“%2”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Merged %1 into %2, except %n faces in photos that show %2 already.</source>
        <translation>
            <numerusform>已将“%1”并入“%2”，但除去%n张人脸，因为那些照片中已有“%2”。</numerusform>
        </translation>
    </message>
    <message>
        <source>Take %1 out of the library</source>
        <translation>从图库中移除“%1”</translation>
    </message>
    <message numerus="yes">
        <source>Take %n folders out of the library</source>
        <translation>
            <numerusform>从图库中移除%n个文件夹</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folders are taken out of the library.</source>
        <translation>
            <numerusform>已从图库中移除%n个文件夹。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The names of %n faces are taken from photo files.</source>
        <translation>
            <numerusform>已从照片文件读取 %n 张人脸的姓名。</numerusform>
        </translation>
    </message>
    <message>
        <source>Take back the name of a face that its file no longer says</source>
        <translation>撤回一张人脸的姓名（其文件中已不再有该姓名）</translation>
    </message>
    <message>
        <source>The name of a face is taken back, as its file no longer says it.</source>
        <translation>已撤回一张人脸的姓名，因为其文件中已不再有该姓名。</translation>
    </message>
    <message numerus="yes">
        <source>Take back the names of %n faces that photo files no longer say</source>
        <translation>
            <numerusform>撤回 %n 张人脸的姓名（照片文件中已不再有这些姓名）</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The names of %n faces are taken back, as photo files no longer say them.</source>
        <translation>
            <numerusform>已撤回 %n 张人脸的姓名，因为照片文件中已不再有这些姓名。</numerusform>
        </translation>
    </message>
    <message>
        <source>Group faces</source>
        <translation>人脸分组</translation>
    </message>
    <message>
        <source>Faces are grouped.</source>
        <translation>人脸已分组。</translation>
    </message>
    <message>
        <source>Group again (%1)</source>
        <translation>重新分组（%1）</translation>
    </message>
    <message>
        <source>Faces are grouped again (%1).</source>
        <translation>人脸已重新分组（%1）。</translation>
    </message>
    <message>
        <source>Take back: %1</source>
        <translation>撤回：%1</translation>
    </message>
    <message>
        <source>Taken back: %1</source>
        <translation>已撤回：%1</translation>
    </message>
    <message>
        <source>an unnamed group</source>
        <translation>未命名的组</translation>
    </message>
    <message>
        <source>a face</source>
        <translation>一张人脸</translation>
    </message>
    <message numerus="yes">
        <source>%n groups</source>
        <translation>
            <numerusform>%n个组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces</source>
        <translation>
            <numerusform>%n张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n个人物</numerusform>
        </translation>
    </message>
    <message>
        <source>loose</source>
        <translation>宽松</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>已忽略</translation>
    </message>
    <message>
        <source>not a face</source>
        <translation>不是人脸</translation>
    </message>
    <message>
        <source>Scanning %1</source>
        <translation>扫描“%1”</translation>
    </message>
    <message numerus="yes">
        <source>Scanning %n folders</source>
        <translation>
            <numerusform>扫描%n个文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading every photo again with %1</source>
        <translation>用 %1 重新读取所有照片</translation>
    </message>
    <message>
        <source>Taking names from photo files</source>
        <translation>正在从照片文件读取姓名</translation>
    </message>
    <message>
        <source>Grouping faces</source>
        <translation>对人脸分组</translation>
    </message>
    <message>
        <source>Comparing faces</source>
        <translation>比较人脸</translation>
    </message>
    <message>
        <source>Looking for faces</source>
        <translation>查找人脸</translation>
    </message>
    <message>
        <source>Looking at a face</source>
        <translation>分析人脸</translation>
    </message>
    <message>
        <source>Exporting photos</source>
        <translation>导出照片</translation>
    </message>
    <message>
        <source>Exporting %1</source>
        <translation>导出“%1”</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>写入“%1”</translation>
    </message>
    <message>
        <source>This %1 is cut off.</source>
        <translation>此 %1 文件不完整。</translation>
    </message>
    <message>
        <source>This %1 is damaged.</source>
        <translation>此 %1 文件已损坏。</translation>
    </message>
    <message>
        <source>Kinfolio cannot read this kind of %1.</source>
        <translation>Kinfolio 无法读取这种 %1 文件。</translation>
    </message>
    <message>
        <source>This JPEG is stored in %1 passes; Kinfolio reads up to %2.</source>
        <translation>此 JPEG 文件分 %1 遍存储；Kinfolio 最多读取 %2 遍。</translation>
    </message>
    <message>
        <source>This %1 took longer than %2 seconds to read.</source>
        <translation>读取此 %1 文件超过了 %2 秒。</translation>
    </message>
    <message>
        <source>Reading %1 needs the package %2, which is not installed.</source>
        <translation>读取 %1 需要软件包 %2，但它没有安装。</translation>
    </message>
    <message>
        <source>The part of Kinfolio that reads %1 could not be started.</source>
        <translation>Kinfolio 中读取 %1 的部分无法启动。</translation>
    </message>
    <message>
        <source>This file is empty.</source>
        <translation>此文件为空。</translation>
    </message>
    <message>
        <source>This is not a picture that Kinfolio can read.</source>
        <translation>这不是 Kinfolio 可以读取的图片。</translation>
    </message>
    <message>
        <source>This is %1, which Kinfolio does not read.</source>
        <translation>这是 %1 文件，Kinfolio 不读取这种格式。</translation>
    </message>
    <message>
        <source>This is not an ordinary file.</source>
        <translation>这不是普通文件。</translation>
    </message>
    <message>
        <source>The picture has %1 megapixels; Kinfolio reads up to %2.</source>
        <translation>图片有%1百万像素；Kinfolio 最多读取%2百万像素。</translation>
    </message>
    <message>
        <source>The file has %1 GB; Kinfolio reads photos of up to 1 GB.</source>
        <translation>文件大小为%1 GB；Kinfolio 最多读取 1 GB 的照片。</translation>
    </message>
    <message>
        <source>The file has %1 MB; Kinfolio reads names from files of up to %2 MB.</source>
        <translation>文件大小为 %1 MB；Kinfolio 只从不超过 %2 MB 的文件中读取姓名。</translation>
    </message>
    <message>
        <source>You do not have the right to read this file.</source>
        <translation>您没有读取此文件的权限。</translation>
    </message>
    <message>
        <source>This link leads nowhere.</source>
        <translation>此链接的目标不存在。</translation>
    </message>
    <message>
        <source>Only a part of this file could be read. Check the drive or share that it is on.</source>
        <translation>此文件只能读取一部分。请检查其所在的磁盘或网络共享。</translation>
    </message>
    <message>
        <source>There is not enough memory to open this picture.</source>
        <translation>内存不足，无法打开这张图片。</translation>
    </message>
    <message>
        <source>The file could not be read (%1).</source>
        <translation>无法读取文件（%1）。</translation>
    </message>
    <message>
        <source>Kinfolio failed on this picture (%1).</source>
        <translation>Kinfolio 处理此图片时出错（%1）。</translation>
    </message>
    <message>
        <source>This photo is not there any more.</source>
        <translation>此照片已不存在。</translation>
    </message>
    <message>
        <source>This folder does not exist. Check its name, or connect the drive it is on.</source>
        <translation>此文件夹不存在。请检查名称，或连接所在的磁盘。</translation>
    </message>
    <message>
        <source>This is a file. Choose the folder it is in.</source>
        <translation>这是一个文件。请选择它所在的文件夹。</translation>
    </message>
    <message>
        <source>You do not have the right to look into this folder.</source>
        <translation>您没有查看此文件夹的权限。</translation>
    </message>
    <message>
        <source>This folder could not be listed (%1).</source>
        <translation>无法列出此文件夹的内容（%1）。</translation>
    </message>
    <message>
        <source>This folder is empty, and it was not before. Connect its drive and scan again, or take the folder out of the library.</source>
        <translation>此文件夹现在为空，而之前并非如此。请连接所在的磁盘并重新扫描，或从图库中移除该文件夹。</translation>
    </message>
    <message>
        <source>This folder is hidden, or other programs keep files of their own in it, so that no scan of the photo folder around it goes into it. Rename it to have its photos in the library.</source>
        <translation>此文件夹是隐藏的，或其中存放着其他程序自己的文件，因此扫描它所在的照片文件夹时会跳过它。如需将其中的照片加入图库，请重命名该文件夹。</translation>
    </message>
    <message>
        <source>This folder went away during the scan. Connect its drive and scan again; what was read is kept.</source>
        <translation>此文件夹在扫描过程中变得不可用。请连接所在的磁盘并重新扫描；已读取的内容会保留。</translation>
    </message>
    <message>
        <source>The drive that was here is away. Connect it and scan again. If it never comes back, take the photo folder out of the library and add it again.</source>
        <translation>原先位于此处的磁盘未连接。请连接该磁盘后重新扫描。如果它不会再回来，请从图库中移除该照片文件夹，然后重新添加。</translation>
    </message>
    <message>
        <source>This folder is on another drive than before, and not all of its photos are there. Connect the drive that was here and scan again, or take the folder out of the library and add it again.</source>
        <translation>此文件夹与之前不在同一个磁盘上，而且缺少其中的部分照片。请连接原先位于此处的磁盘并重新扫描，或从图库中移除该文件夹后重新添加。</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>请选择一个文件夹。</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>没有可撤销的操作。</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>没有可重做的操作。</translation>
    </message>
    <message>
        <source>%1 It left the history; the next step can be undone.</source>
        <translation>%1该步骤已从历史记录中移除；可以撤销下一步。</translation>
    </message>
    <message>
        <source>%1 It left the history; the next step can be redone.</source>
        <translation>%1该步骤已从历史记录中移除；可以重做下一步。</translation>
    </message>
    <message>
        <source>Groups were joined the other way round since.</source>
        <translation>此后这些组已按相反方向合并。</translation>
    </message>
    <message>
        <source>Later changes build on this step, so it cannot be reversed.</source>
        <translation>之后的更改依赖于此步骤，因此无法还原。</translation>
    </message>
    <message>
        <source>Another row refers to this one.</source>
        <translation>另有一条记录引用了此记录。</translation>
    </message>
    <message>
        <source>This row refers to one that is gone.</source>
        <translation>此记录引用的记录已不存在。</translation>
    </message>
    <message>
        <source>They are one already, the other way round.</source>
        <translation>它们已按相反方向合并。</translation>
    </message>
    <message>
        <source>The history has no such step.</source>
        <translation>历史记录中没有此步骤。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is undone already.</source>
        <translation>“%1”已被撤销。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; was taken back already.</source>
        <translation>“%1”已被撤回。</translation>
    </message>
    <message>
        <source>Nothing is left of &quot;%1&quot;: all of it was changed since. Nothing was changed.</source>
        <translation>“%1”的结果此后已全部被更改。未做任何更改。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be taken back: &quot;%3&quot; (%5) builds on it. Take that back first; nothing was changed.</source>
        <translation>无法撤回“%1”：“%3”（%5）依赖于它。请先撤回后者；未做任何更改。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be taken back: &quot;%3&quot; (%5) builds on it: both are about %6. Take that back first; nothing was changed.</source>
        <translation>无法撤回“%1”：“%3”（%5）依赖于它，两者都涉及%6。请先撤回后者；未做任何更改。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be taken back: what it changed was changed again since. Nothing was changed.</source>
        <translation>无法撤回“%1”：它所更改的内容此后又有更改。未做任何更改。</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between the parts of a list</comment>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>ProbePicture</name>
    <message numerus="yes">
        <source>Which of these %Ln faces? Click on one.</source>
        <translation>
            <numerusform>要搜索这%Ln张人脸中的哪一张？请点击选择。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProbeStrip</name>
    <message>
        <source>Face %1 of the picture</source>
        <translation>图片中的第%1张人脸</translation>
    </message>
    <message>
        <source>Search for this face</source>
        <translation>搜索这张人脸</translation>
    </message>
</context>
<context>
    <name>ProblemTable</name>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>What</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>ProblemsDialog</name>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>These could not be used. Everything else was. A later scan tries them again.</source>
        <translation>以下文件无法使用，其余均已处理。之后的扫描会再次尝试。</translation>
    </message>
    <message>
        <source>Copy the list</source>
        <translation>复制列表</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>Is this the same person?</source>
        <translation>这是同一个人吗？</translation>
    </message>
    <message>
        <source>Who is this?</source>
        <translation>这是谁？</translation>
    </message>
</context>
<context>
    <name>QuestionSide</name>
    <message>
        <source>Unnamed face</source>
        <translation>未命名的人脸</translation>
    </message>
    <message>
        <source>Unnamed group</source>
        <translation>未命名的组</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%2中的%1</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>显示%1</translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message>
        <source>Take out of the library</source>
        <translation>从图库中移除</translation>
    </message>
    <message numerus="yes">
        <source>Take %Ln photo(s) out of the library?</source>
        <translation>
            <numerusform>从图库中移除%Ln张照片？</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone, but people and their names stay, and should the files come back, what you said of these photos holds again.</source>
        <translation>此操作无法撤销，但人物及其姓名会保留；如果文件恢复，您对这些照片所作的说明将重新生效。</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Faces with a name</source>
        <translation>已命名的人脸</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Comparing faces</source>
        <translation>正在比较人脸</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Undo the last answer</source>
        <translation>撤销上一个回答</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Yes, the same person</source>
        <translation>是，同一个人</translation>
    </message>
    <message>
        <source>No, somebody else</source>
        <translation>不是，另有其人</translation>
    </message>
    <message>
        <source>Someone else: type a name</source>
        <translation>是其他人：输入名字</translation>
    </message>
    <message>
        <source>Skip the question</source>
        <translation>跳过问题</translation>
    </message>
    <message>
        <source>Undo the last answer; in the field for a name: %1</source>
        <translation>撤销上一个回答；在名字输入框中：%1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln question(s)</source>
        <translation>
            <numerusform>%Ln个问题</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 % of faces have a name; the next %Ln answer(s) bring %2 %</source>
        <translation>
            <numerusform>%1%的人脸已有名字；再回答%Ln个问题可达到%2%</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 % of faces have a name</source>
        <translation>%1%的人脸已有名字</translation>
    </message>
    <message>
        <source>The questions could not be read</source>
        <translation>无法读取问题</translation>
    </message>
    <message>
        <source>Comparing faces…</source>
        <translation>正在比较人脸…</translation>
    </message>
    <message>
        <source>Questions appear here as soon as it is known what to ask.</source>
        <translation>确定要询问的内容后，问题会显示在这里。</translation>
    </message>
    <message>
        <source>Nothing to ask</source>
        <translation>没有需要核对的问题</translation>
    </message>
    <message>
        <source>Photos are being read. Questions come up when faces are found that may be one person.</source>
        <translation>正在读取照片。找到可能属于同一人的人脸时，问题会出现在这里。</translation>
    </message>
    <message>
        <source>No faces were found yet. Add a photo folder, and this page asks who is in the photos.</source>
        <translation>尚未找到人脸。添加照片文件夹后，此页面会询问照片中的人是谁。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 without a name are like nobody else. Each can be named in its photo.</source>
        <translation>还有%1没有名字，且与其他人都不相似。可以在照片中逐一命名。</translation>
    </message>
    <message>
        <source>Every face has a name. With more photos there will be more questions.</source>
        <translation>所有人脸都有名字了。添加更多照片后会有新的问题。</translation>
    </message>
</context>
<context>
    <name>SamePersonDialog</name>
    <message>
        <source>Same person?</source>
        <translation>是同一个人吗？</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 already has %2. Is this the same person?</source>
        <translation>%1已有%2。这是同一个人吗？</translation>
    </message>
    <message>
        <source>Several people are called %1. Is this one of them?</source>
        <translation>有多个人叫%1。这是其中之一吗？</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>同一个人</translation>
    </message>
    <message>
        <source>With %1</source>
        <translation>有%1的那位</translation>
    </message>
    <message>
        <source>A different %1</source>
        <translation>另一个%1</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search for names, folders or years</source>
        <translation>搜索名字、文件夹或年份</translation>
    </message>
    <message>
        <source>A name, several names with commas between them, a folder or a year; or paste a picture here</source>
        <translation>输入一个名字、用逗号分隔的多个名字、文件夹或年份；也可以在此粘贴图片</translation>
    </message>
    <message>
        <source>Nobody is called “%1”, and no folder and no year of a photo is either.</source>
        <translation>没有叫“%1”的人，也没有这样的文件夹或拍摄年份。</translation>
    </message>
</context>
<context>
    <name>SearchLine</name>
    <message>
        <source>Clear the text</source>
        <translation>清除文字</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>By a face</source>
        <translation>按人脸</translation>
    </message>
    <message>
        <source>By people</source>
        <translation>按人物</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>字母键</translation>
    </message>
    <message>
        <source>Name the selected faces</source>
        <translation>为选中的人脸命名</translation>
    </message>
    <message>
        <source>Show the photo</source>
        <translation>显示照片</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Copy the photos into this folder</source>
        <translation>将照片复制到此文件夹</translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Look for changes in these folders</source>
        <translation>监视这些文件夹的更改</translation>
    </message>
    <message>
        <source>Read names from photo files</source>
        <translation>从照片文件读取姓名</translation>
    </message>
    <message>
        <source>Other programs note in photos, or in files beside them, who is where. What you say here always counts more.</source>
        <translation>其他程序会在照片中或照片旁的文件里记录人物的位置和姓名。始终以您在这里的说明为准。</translation>
    </message>
    <message>
        <source>Loose</source>
        <translation>宽松</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Processor only</source>
        <translation>仅处理器</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>下次启动时生效。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Half</source>
        <translation>一半</translation>
    </message>
    <message>
        <source>A quarter</source>
        <translation>四分之一</translation>
    </message>
    <message>
        <source>Other programs come first in any case.</source>
        <translation>无论如何，其他程序优先。</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Photo folders</source>
        <translation>照片文件夹</translation>
    </message>
    <message>
        <source>Grouping</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>&amp;How strictly faces are grouped:</source>
        <translation>人脸分组的严格程度(&amp;H)：</translation>
    </message>
    <message>
        <source>Model that recognises faces</source>
        <translation>人脸识别模型</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>&amp;Compute with:</source>
        <translation>计算设备(&amp;C)：</translation>
    </message>
    <message>
        <source>&amp;Reading photos may use:</source>
        <translation>读取照片可使用(&amp;R)：</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>语言(&amp;L)：</translation>
    </message>
    <message>
        <source>&amp;Appearance:</source>
        <translation>外观(&amp;A)：</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
    <message>
        <source>No graphics card: %1</source>
        <translation>没有可用的显卡：%1</translation>
    </message>
    <message>
        <source>Fewer, larger groups: about 1 in %1 pairs of strangers is taken for one person.</source>
        <translation>组更少、更大：大约每%1对陌生人中有1对会被当作同一人。</translation>
    </message>
    <message>
        <source>About 1 in %1 pairs of strangers is taken for one person.</source>
        <translation>大约每%1对陌生人中有1对会被当作同一人。</translation>
    </message>
    <message>
        <source>More, purer groups: about 1 in %1 pairs of strangers is taken for one person.</source>
        <translation>组更多、更纯：大约每%1对陌生人中有1对会被当作同一人。</translation>
    </message>
    <message>
        <source>New, changed and deleted photos are met when you scan again.</source>
        <translation>重新扫描时才会发现新增、更改和删除的照片。</translation>
    </message>
    <message>
        <source>This system lets no more folders be watched, so changes in %1 are met at the next start, or when you scan again.</source>
        <translation>系统无法再监视更多文件夹，因此“%1”中的更改会在下次启动或重新扫描时发现。</translation>
    </message>
    <message>
        <source>At the start, and while Kinfolio is open. Nothing is ever written into them.</source>
        <translation>在启动时以及 Kinfolio 运行期间进行。绝不会向这些文件夹写入任何内容。</translation>
    </message>
    <message>
        <source>Choose the file of a model</source>
        <translation>选择模型文件</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Places</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>统计</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Out of reach. Connect its drive and scan again.</source>
        <translation>无法访问。请连接所在的磁盘，然后重新扫描。</translation>
    </message>
</context>
<context>
    <name>StatisticsPage</name>
    <message>
        <source>blurred, dark or turned away</source>
        <translation>模糊、昏暗或侧脸</translation>
    </message>
    <message>
        <source>sharp and from the front</source>
        <translation>清晰的正脸</translation>
    </message>
    <message>
        <source>Nobody has a name yet.</source>
        <translation>还没有已命名的人物。</translation>
    </message>
    <message>
        <source>Faces of each person</source>
        <translation>每个人的人脸数</translation>
    </message>
    <message>
        <source>Full: named by you. Hatched: found by Kinfolio.</source>
        <translation>实心：由您命名。斜纹：由 Kinfolio 识别。</translation>
    </message>
    <message>
        <source>No photo of somebody with a name says when it was taken.</source>
        <translation>已命名人物的照片都没有拍摄日期。</translation>
    </message>
    <message>
        <source>Photos of each person by year</source>
        <translation>每个人各年的照片数</translation>
    </message>
    <message>
        <source>Faces with a name, as you went on naming</source>
        <translation>已命名人脸的比例随命名进度的变化</translation>
    </message>
    <message>
        <source>How well faces can be told apart</source>
        <translation>人脸的可辨识程度</translation>
    </message>
    <message>
        <source>No face was found yet.</source>
        <translation>尚未找到人脸。</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>统计</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab 键</translation>
    </message>
    <message>
        <source>To the next plot</source>
        <translation>前往下一个图表</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>方向键</translation>
    </message>
    <message>
        <source>What each bar, field or point stands for</source>
        <translation>查看每个条形、色块或数据点的含义</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>回车键</translation>
    </message>
    <message>
        <source>Show the person</source>
        <translation>显示此人</translation>
    </message>
    <message>
        <source>Nothing to count yet</source>
        <translation>还没有可统计的内容</translation>
    </message>
    <message>
        <source>Add a photo folder. What is found in it is counted here.</source>
        <translation>添加照片文件夹后，其中的内容会在这里统计。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln张照片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln named person(s)</source>
        <translation>
            <numerusform>%Ln个已命名的人物</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unnamed group(s)</source>
        <translation>
            <numerusform>%Ln个未命名的组</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2, %3 of them named by you</source>
        <translation>%1：%2，其中%3张由您命名</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more people</source>
        <translation>
            <numerusform>以及另外%Ln个人物</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2: %3</source>
        <translation>%1，%2年：%3</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) with a date</source>
        <translation>
            <numerusform>%Ln张有日期的照片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: %2 % of the faces had a name</source>
        <translation>%1：%2%的人脸有名字</translation>
    </message>
    <message>
        <source>Quality %1 to %2: %3</source>
        <translation>质量%1至%2：%3</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Reverses this step alone; what was done since stays</source>
        <translation>只撤回这一步，之后的更改会保留</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
</context>
<context>
    <name>StepsModel</name>
    <message>
        <source>Undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>已撤回</translation>
    </message>
</context>
<context>
    <name>SuggestionCard</name>
    <message numerus="yes">
        <source>%Ln face(s)</source>
        <translation>
            <numerusform>%Ln张人脸</numerusform>
        </translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Yes, the same person: %1</source>
        <translation>是，同一个人：%1</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不是</translation>
    </message>
    <message>
        <source>No, somebody else: %1</source>
        <translation>不是，另有其人：%1</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Look closer: %1</source>
        <translation>仔细查看：%1</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>TypeAhead</name>
    <message>
        <source>What may be meant</source>
        <translation>可能的匹配</translation>
    </message>
</context>
<context>
    <name>ViewerBar</name>
    <message>
        <source>Previous photo</source>
        <translation>上一张照片</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>下一张照片</translation>
    </message>
    <message>
        <source>Add a face that was missed (A), or drag with Ctrl</source>
        <translation>添加漏掉的人脸（A），或按住 Ctrl 键拖动</translation>
    </message>
    <message>
        <source>Zoom out (-)</source>
        <translation>缩小（-）</translation>
    </message>
    <message>
        <source>Whole photo (0), or pixel by pixel (1)</source>
        <translation>整张照片（0）或实际像素（1）</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>放大（+）</translation>
    </message>
    <message>
        <source>Face boxes (B)</source>
        <translation>人脸框（B）</translation>
    </message>
    <message>
        <source>Details (I)</source>
        <translation>详细信息（I）</translation>
    </message>
    <message>
        <source>More for this photo</source>
        <translation>此照片的更多操作</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
</context>
<context>
    <name>ViewerPage</name>
    <message>
        <source>Photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Add a face</source>
        <translation>添加人脸</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>上一张照片</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>下一张照片</translation>
    </message>
    <message>
        <source>Previous or next photo, or look to a side</source>
        <translation>上一张或下一张照片，或左右移动画面</translation>
    </message>
    <message>
        <source>Look further up or down</source>
        <translation>上下移动画面</translation>
    </message>
    <message>
        <source>First or last photo</source>
        <translation>第一张或最后一张照片</translation>
    </message>
    <message>
        <source>Next face</source>
        <translation>下一张人脸</translation>
    </message>
    <message>
        <source>Name this face</source>
        <translation>为这张人脸命名</translation>
    </message>
    <message>
        <source>Name the first face without a name</source>
        <translation>为第一张未命名的人脸命名</translation>
    </message>
    <message>
        <source>Search for this face</source>
        <translation>搜索这张人脸</translation>
    </message>
    <message>
        <source>Not a face</source>
        <translation>不是人脸</translation>
    </message>
    <message>
        <source>Face boxes</source>
        <translation>人脸框</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Closer or further away</source>
        <translation>放大或缩小</translation>
    </message>
    <message>
        <source>Whole photo</source>
        <translation>整张照片</translation>
    </message>
    <message>
        <source>Pixel by pixel</source>
        <translation>实际像素</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>This is another picture than the one that was scanned. Scan again to find its faces.</source>
        <translation>这张图片与扫描时的不同。请重新扫描以查找其中的人脸。</translation>
    </message>
    <message>
        <source>There is not enough memory to open this picture.</source>
        <translation>内存不足，无法打开这张图片。</translation>
    </message>
    <message>
        <source>The file cannot be opened: %1.</source>
        <translation>无法打开文件：%1。</translation>
    </message>
    <message>
        <source>The file is not there any more. It was moved or deleted; what is known of it stays.</source>
        <translation>文件已不存在，可能已被移动或删除。已有的信息会保留。</translation>
    </message>
    <message>
        <source>The folder is not there at the moment. If it lies on a removed drive, connect the drive.</source>
        <translation>文件夹目前不存在。如果它位于已移除的磁盘上，请连接该磁盘。</translation>
    </message>
</context>
<context>
    <name>YearScale</name>
    <message>
        <source>Years</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>无日期</translation>
    </message>
</context>
<context>
    <name>YearsModel</name>
    <message numerus="yes">
        <source>%Ln month(s) old</source>
        <translation>
            <numerusform>%Ln个月</numerusform>
        </translation>
    </message>
    <message>
        <source>age %1</source>
        <translation>%1岁</translation>
    </message>
</context>
<context>
    <name>_FaceBox</name>
    <message>
        <source>Search for this face</source>
        <translation>搜索这张人脸</translation>
    </message>
</context>
</TS>
