<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context><name>AccessPanel</name><message><source>As a new project; the damaged one is not changed</source><translation>另存为新项目；不改动已损坏的项目</translation></message></context>
<context><name>AccessPanel</name><message><source>Open the project once more</source><translation>再次打开项目</translation></message></context>
<context><name>AccessPanel</name><message><source>Opened read-only: {}</source><translation>以只读方式打开：{}</translation></message></context>
<context><name>AccessPanel</name><message><source>Opened read-only: {} has the project.</source><translation>以只读方式打开：{} 正在使用此项目。</translation></message></context>
<context><name>AccessPanel</name><message><source>Save what is left...</source><translation>保存剩余内容…</translation></message></context>
<context><name>AccessPanel</name><message><source>Take back...</source><translation>取回…</translation></message></context>
<context><name>AccessPanel</name><message><source>Take over...</source><translation>接管…</translation></message></context>
<context><name>AccessPanel</name><message><source>The project is damaged, so it is opened read-only on what could be read: {0} cases, {1} masks, {2} steps. Save that as a new project to go on.</source><translation>项目已损坏，因此以只读方式打开可读取的内容：{0} 个病例、{1} 个掩膜、{2} 个步骤。请将其另存为新项目后继续。</translation></message></context>
<context><name>AccessPanel</name><message><source>Try again</source><translation>重试</translation></message></context>
<context><name>AccessPanel</name><message><source>Why the project is read-only</source><translation>项目为何只读</translation></message></context>
<context><name>AccessPanel</name><message><source>Work here again; the other one only looks</source><translation>重新在此处工作；另一处只能查看</translation></message></context>
<context><name>AccessPanel</name><message><source>Work here; the other one only looks</source><translation>在此处工作；另一处只能查看</translation></message></context>
<context><name>AccessPanel</name><message><source>another Sulcus</source><translation>另一个 Sulcus</translation></message></context>
<context><name>AccessPanel</name><message><source>{0} on {1} (since {2} UTC)</source><translation>{1} 上的 {0}（自 {2} UTC 起）</translation></message></context>
<context><name>AccessPanel</name><message><source>{} took the project over, so it is read-only here; all that was done is kept.</source><translation>{} 已接管此项目，因此此处为只读；已完成的工作均已保留。</translation></message></context>
<context><name>AddModelDialog</name><message><source>'{}' took {:.1f} s: {}.</source><translation>“{}”用时 {:.1f} 秒：{}。</translation></message></context>
<context><name>AddModelDialog</name><message><source>A .pth, .pt, .safetensors or .onnx file</source><translation>.pth、.pt、.safetensors 或 .onnx 文件</translation></message></context>
<context><name>AddModelDialog</name><message><source>Add</source><translation>添加</translation></message></context>
<context><name>AddModelDialog</name><message><source>Add my own model</source><translation>添加我自己的模型</translation></message></context>
<context><name>AddModelDialog</name><message><source>Channels</source><translation>通道</translation></message></context>
<context><name>AddModelDialog</name><message><source>Choose a file of weights. Nothing of it is run but the network you name.</source><translation>选择权重文件。除了您指定的网络，其中的任何内容都不会被执行。</translation></message></context>
<context><name>AddModelDialog</name><message><source>Choose a model</source><translation>选择模型</translation></message></context>
<context><name>AddModelDialog</name><message><source>Choose...</source><translation>选择…</translation></message></context>
<context><name>AddModelDialog</name><message><source>Classes, the background first</source><translation>类别，背景在前</translation></message></context>
<context><name>AddModelDialog</name><message><source>File</source><translation>文件</translation></message></context>
<context><name>AddModelDialog</name><message><source>Grey</source><translation>灰度</translation></message></context>
<context><name>AddModelDialog</name><message><source>It fits no network as it is made here: choose one to see why.</source><translation>它不符合这里的任何网络：选择一个以查看原因。</translation></message></context>
<context><name>AddModelDialog</name><message><source>Its last layer gives {} classes.</source><translation>其最后一层给出 {} 个类别。</translation></message></context>
<context><name>AddModelDialog</name><message><source>Keep it among the models</source><translation>保留在模型列表中</translation></message></context>
<context><name>AddModelDialog</name><message><source>Looking at the file...</source><translation>正在查看文件…</translation></message></context>
<context><name>AddModelDialog</name><message><source>Models (*.pth *.pt *.safetensors *.onnx);;All files (*)</source><translation>模型 (*.pth *.pt *.safetensors *.onnx);;所有文件 (*)</translation></message></context>
<context><name>AddModelDialog</name><message><source>Name</source><translation>名称</translation></message></context>
<context><name>AddModelDialog</name><message><source>Network</source><translation>网络</translation></message></context>
<context><name>AddModelDialog</name><message><source>Normalisation</source><translation>归一化</translation></message></context>
<context><name>AddModelDialog</name><message><source>Predict one image with it; nothing is kept</source><translation>用它预测一幅图像；不保留任何内容</translation></message></context>
<context><name>AddModelDialog</name><message><source>Red, green, blue</source><translation>红、绿、蓝</translation></message></context>
<context><name>AddModelDialog</name><message><source>The file holds: {}.</source><translation>文件内容：{}。</translation></message></context>
<context><name>AddModelDialog</name><message><source>The image with the mask of the model</source><translation>带有模型掩膜的图像</translation></message></context>
<context><name>AddModelDialog</name><message><source>Title</source><translation>标题</translation></message></context>
<context><name>AddModelDialog</name><message><source>Try</source><translation>试用</translation></message></context>
<context><name>AddModelDialog</name><message><source>Try on this image</source><translation>在此图像上试用</translation></message></context>
<context><name>AddModelDialog</name><message><source>Trying it on an image, then adding it...</source><translation>正在图像上试用，然后添加…</translation></message></context>
<context><name>AddModelDialog</name><message><source>Trying it on an image...</source><translation>正在图像上试用…</translation></message></context>
<context><name>AddModelDialog</name><message><source>What was found</source><translation>查看结果</translation></message></context>
<context><name>AddModelDialog</name><message><source>background, cell, ...</source><translation>背景, 细胞, …</translation></message></context>
<context><name>AddModelDialog</name><message><source>{:.0%} of it fits the network '{}'.</source><translation>其中 {:.0%} 符合网络“{}”。</translation></message></context>
<context><name>AgreementBox</name><message><source>Adjudicate &amp;&amp; next</source><translation>裁定 &amp;&amp; 下一个</translation></message></context>
<context><name>AgreementBox</name><message><source>Settle it by the mask as it is now</source><translation>以当前掩膜作为裁定结果</translation></message></context>
<context><name>AgreementBox</name><message><source>Show differences</source><translation>显示差异</translation></message></context>
<context><name>AgreementBox</name><message><source>Take {}'s mask</source><translation>采用 {} 的掩膜</translation></message></context>
<context><name>BeliefMap</name><message><source>Belief map</source><translation>置信图</translation></message></context>
<context><name>Canvas</name><message><source>Canvas</source><translation>画布</translation></message></context>
<context><name>Canvas</name><message><source>Choose a case from the list</source><translation>请从列表中选择病例</translation></message></context>
<context><name>Canvas</name><message><source>ConvCRF</source><translation>ConvCRF</translation></message></context>
<context><name>Canvas</name><message><source>Fully connected</source><translation>全连接</translation></message></context>
<context><name>Canvas</name><message><source>Open an image, a folder or a volume, or drop it here</source><translation>打开图像、文件夹或体数据，或将其拖放到此处</translation></message></context>
<context><name>Canvas</name><message><source>Opening...</source><translation>正在打开…</translation></message></context>
<context><name>Canvas</name><message><source>after</source><translation>之后</translation></message></context>
<context><name>Canvas</name><message><source>before</source><translation>之前</translation></message></context>
<context><name>CasesModel</name><message><source>Case {}</source><translation>病例 {}</translation></message></context>
<context><name>CasesPanel</name><message><source>, {} selected</source><translation>，已选择 {} 个</translation></message></context>
<context><name>CasesPanel</name><message><source>1 case</source><translation>1 个病例</translation></message></context>
<context><name>CasesPanel</name><message><source>All states</source><translation>全部状态</translation></message></context>
<context><name>CasesPanel</name><message><source>Approved</source><translation>已批准</translation></message></context>
<context><name>CasesPanel</name><message><source>As added</source><translation>按添加顺序</translation></message></context>
<context><name>CasesPanel</name><message><source>By name</source><translation>按名称</translation></message></context>
<context><name>CasesPanel</name><message><source>By state</source><translation>按状态</translation></message></context>
<context><name>CasesPanel</name><message><source>Cases</source><translation>病例</translation></message></context>
<context><name>CasesPanel</name><message><source>In review</source><translation>审阅中</translation></message></context>
<context><name>CasesPanel</name><message><source>Order of the cases</source><translation>病例排序</translation></message></context>
<context><name>CasesPanel</name><message><source>Rejected</source><translation>已退回</translation></message></context>
<context><name>CasesPanel</name><message><source>Search cases by name</source><translation>按名称搜索病例</translation></message></context>
<context><name>CasesPanel</name><message><source>Search names</source><translation>搜索名称</translation></message></context>
<context><name>CasesPanel</name><message><source>Second reader</source><translation>第二阅片人</translation></message></context>
<context><name>CasesPanel</name><message><source>Unread</source><translation>未审阅</translation></message></context>
<context><name>CasesPanel</name><message><source>Which cases to list</source><translation>列出哪些病例</translation></message></context>
<context><name>CasesPanel</name><message><source>{0} of {1} cases</source><translation>{1} 个病例中的 {0} 个</translation></message></context>
<context><name>CasesPanel</name><message><source>{} cases</source><translation>{} 个病例</translation></message></context>
<context><name>ClassesPanel</name><message><source>Add a class to the project and name it</source><translation>向项目添加一个类别并命名</translation></message></context>
<context><name>ClassesPanel</name><message><source>Add class</source><translation>添加类别</translation></message></context>
<context><name>ClassesPanel</name><message><source>Class</source><translation>类别</translation></message></context>
<context><name>ClassesPanel</name><message><source>Classes</source><translation>类别</translation></message></context>
<context><name>ClassesPanel</name><message><source>Colour of the class</source><translation>类别颜色</translation></message></context>
<context><name>ClassesPanel</name><message><source>Colour...</source><translation>颜色...</translation></message></context>
<context><name>ClassesPanel</name><message><source>Double-click to rename; right-click for the colour</source><translation>双击重命名；右击更改颜色</translation></message></context>
<context><name>ClassesPanel</name><message><source>Key</source><translation>按键</translation></message></context>
<context><name>ClassesPanel</name><message><source>Rename</source><translation>重命名</translation></message></context>
<context><name>ClassesPanel</name><message><source>Size</source><translation>大小</translation></message></context>
<context><name>ClassesPanel</name><message><source>hidden</source><translation>已隐藏</translation></message></context>
<context><name>ClassesPanel</name><message><source>locked</source><translation>已锁定</translation></message></context>
<context><name>ClassesPanel</name><message><source>not locked</source><translation>未锁定</translation></message></context>
<context><name>ClassesPanel</name><message><source>shown</source><translation>已显示</translation></message></context>
<context><name>ClassesPanel</name><message><source>{} pixels</source><translation>{} 个像素</translation></message></context>
<context><name>ClassesPresenter</name><message><source>class {}</source><translation>类别 {}</translation></message></context>
<context><name>CommentDialog</name><message><source>Comment</source><translation>评论</translation></message></context>
<context><name>CommentDialog</name><message><source>Comment at {}</source><translation>在 {} 处评论</translation></message></context>
<context><name>CommentDialog</name><message><source>Keep</source><translation>保留</translation></message></context>
<context><name>CommentDialog</name><message><source>What is to be said of this place?</source><translation>对此处有什么要说的？</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>A cost for each pair of classes</source><translation>为每对类别指定代价</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>Both ways alike</source><translation>双向相同</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>Compatibility of classes</source><translation>类别兼容性</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>Cost of two classes side by side</source><translation>两个类别相邻的代价</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>Cost of {} beside {}</source><translation>{} 与 {} 相邻的代价</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>Potts: any two classes cost 1</source><translation>Potts：任意两个不同类别的代价为 1</translation></message></context>
<context><name>CompatibilityDialog</name><message><source>The cost for a pixel of the class of the row beside one of the class of the column; a negative cost attracts.</source><translation>行类别的像素与列类别的像素相邻的代价；负值表示相互吸引。</translation></message></context>
<context><name>DecisionButtons</name><message><source>Approve &amp;&amp; next</source><translation>通过 &amp;&amp; 下一个</translation></message></context>
<context><name>DecisionButtons</name><message><source>Approve the mask as it is</source><translation>按现状通过掩膜</translation></message></context>
<context><name>DecisionButtons</name><message><source>Comment</source><translation>评论</translation></message></context>
<context><name>DecisionButtons</name><message><source>Go on without a decision</source><translation>不作决定，继续</translation></message></context>
<context><name>DecisionButtons</name><message><source>Go to the next slice not seen</source><translation>转到下一个未看过的切片</translation></message></context>
<context><name>DecisionButtons</name><message><source>Let somebody else read it, blind</source><translation>请另一人独立阅片（盲读）</translation></message></context>
<context><name>DecisionButtons</name><message><source>Next unseen</source><translation>下一个未看</translation></message></context>
<context><name>DecisionButtons</name><message><source>Reject...</source><translation>退回...</translation></message></context>
<context><name>DecisionButtons</name><message><source>Say something of this place</source><translation>对此处作评论</translation></message></context>
<context><name>DecisionButtons</name><message><source>Second reader</source><translation>第二阅片人</translation></message></context>
<context><name>DecisionButtons</name><message><source>Send it back with a reason</source><translation>注明原因并退回</translation></message></context>
<context><name>DecisionButtons</name><message><source>Skip</source><translation>跳过</translation></message></context>
<context><name>DoubtPresenter</name><message><source>Predict it first.</source><translation>请先进行预测。</translation></message></context>
<context><name>DoubtPresenter</name><message><source>There is no prediction of this image to be in doubt of.</source><translation>此图像没有可供评估不确定性的预测结果。</translation></message></context>
<context><name>ExportDialog</name><message><source>Choose...</source><translation>选择…</translation></message></context>
<context><name>ExportDialog</name><message><source>Export</source><translation>导出</translation></message></context>
<context><name>ExportDialog</name><message><source>Export masks</source><translation>导出掩膜</translation></message></context>
<context><name>ExportDialog</name><message><source>Files that will be written</source><translation>将要写入的文件</translation></message></context>
<context><name>ExportDialog</name><message><source>Folder</source><translation>文件夹</translation></message></context>
<context><name>ExportDialog</name><message><source>Folder for the masks</source><translation>存放掩膜的文件夹</translation></message></context>
<context><name>ExportDialog</name><message><source>Format</source><translation>格式</translation></message></context>
<context><name>ExportDialog</name><message><source>In the format of each image</source><translation>与各图像相同的格式</translation></message></context>
<context><name>ExportDialog</name><message><source>Without a mask: {}</source><translation>没有掩膜：{}</translation></message></context>
<context><name>ExportDialog</name><message><source>Writes</source><translation>写入</translation></message></context>
<context><name>HistoryModel</name><message><source>Beginning</source><translation>起点</translation></message></context>
<context><name>HistoryModel</name><message><source>before the first of these steps</source><translation>在这些步骤之前</translation></message></context>
<context><name>HistoryModel</name><message><source>undone</source><translation>已撤销</translation></message></context>
<context><name>HistoryModel</name><message><source>you</source><translation>您</translation></message></context>
<context><name>HistoryModel</name><message><source>{} px</source><translation>{} 像素</translation></message></context>
<context><name>HistoryPanel</name><message><source>History</source><translation>历史</translation></message></context>
<context><name>HistoryPanel</name><message><source>Redo</source><translation>重做</translation></message></context>
<context><name>HistoryPanel</name><message><source>Steps of this case, the newest first</source><translation>本例的步骤，最新的在前</translation></message></context>
<context><name>HistoryPanel</name><message><source>Undo</source><translation>撤销</translation></message></context>
<context><name>HistoryPanel</name><message><source>{} steps</source><translation>{} 步</translation></message></context>
<context><name>HistoryPanel</name><message><source>{} steps, {} undone</source><translation>{} 步，{} 步已撤销</translation></message></context>
<context><name>IntensityRange</name><message><source>Highest intensity that is painted on</source><translation>可绘制的最高强度</translation></message></context>
<context><name>IntensityRange</name><message><source>Lowest intensity that is painted on</source><translation>可绘制的最低强度</translation></message></context>
<context><name>IntensityRange</name><message><source>Take an intensity from the picture: press, then click a pixel</source><translation>从图像取强度：按下后点击一个像素</translation></message></context>
<context><name>IntensityRange</name><message><source>to</source><translation>至</translation></message></context>
<context><name>JobBar</name><message><source>Cancel</source><translation>取消</translation></message></context>
<context><name>JobBar</name><message><source>Cancel the running job</source><translation>取消正在运行的任务</translation></message></context>
<context><name>JobBar</name><message><source>Progress of the running job</source><translation>正在运行的任务的进度</translation></message></context>
<context><name>JobsModel</name><message><source>done in part</source><translation>部分完成</translation></message></context>
<context><name>JobsModel</name><message><source>from {}</source><translation>开始于 {}</translation></message></context>
<context><name>JobsModel</name><message><source>took {}</source><translation>用时 {}</translation></message></context>
<context><name>JobsPanel</name><message><source>Cancel the chosen job</source><translation>取消所选任务</translation></message></context>
<context><name>JobsPanel</name><message><source>Clear what is over</source><translation>清除已结束的任务</translation></message></context>
<context><name>JobsPanel</name><message><source>Go to the case that failed, or say what went wrong</source><translation>转到失败的病例，或说明出了什么问题</translation></message></context>
<context><name>JobsPanel</name><message><source>Jobs</source><translation>任务</translation></message></context>
<context><name>JobsPanel</name><message><source>Jobs, the newest first</source><translation>任务列表，最新的在前</translation></message></context>
<context><name>JobsPanel</name><message><source>Nothing has been asked for yet</source><translation>尚无任务</translation></message></context>
<context><name>JobsPanel</name><message><source>What went wrong with the chosen job</source><translation>所选任务的失败项</translation></message></context>
<context><name>JobsPanel</name><message><source>{0} running, {1} over</source><translation>{0} 个运行中，{1} 个已结束</translation></message></context>
<context><name>JobsPresenter</name><message><source>Case {}</source><translation>病例 {}</translation></message></context>
<context><name>JobsPresenter</name><message><source>another case</source><translation>另一个病例</translation></message></context>
<context><name>JobsPresenter</name><message><source>{0} {1}/{2}</source><translation>{0} {1}/{2}</translation></message></context>
<context><name>JobsPresenter</name><message><source>{} cases</source><translation>{} 个病例</translation></message></context>
<context><name>LevelsDialog</name><message><source>Auto</source><translation>自动</translation></message></context>
<context><name>LevelsDialog</name><message><source>From the 2nd to the 98th percentile (double middle click)</source><translation>从第 2 到第 98 百分位（双击中键）</translation></message></context>
<context><name>LevelsDialog</name><message><source>From the smallest value to the largest</source><translation>从最小值到最大值</translation></message></context>
<context><name>LevelsDialog</name><message><source>Full range</source><translation>全部范围</translation></message></context>
<context><name>LevelsDialog</name><message><source>Histogram</source><translation>直方图</translation></message></context>
<context><name>LevelsDialog</name><message><source>Level</source><translation>窗位</translation></message></context>
<context><name>LevelsDialog</name><message><source>Window</source><translation>窗宽</translation></message></context>
<context><name>LevelsDialog</name><message><source>Window and level</source><translation>窗宽窗位</translation></message></context>
<context><name>LevelsDialog</name><message><source>Window {:.0f}, level {:.0f}</source><translation>窗宽 {:.0f}，窗位 {:.0f}</translation></message></context>
<context><name>MainWindow</name><message><source>Confirm what stands above the image first</source><translation>请先确认图像上方的提示</translation></message></context>
<context><name>MainWindow</name><message><source>Main</source><translation>主工具栏</translation></message></context>
<context><name>MainWindow</name><message><source>Mask opacity {:.0%}</source><translation>掩膜不透明度 {:.0%}</translation></message></context>
<context><name>MainWindow</name><message><source>{} masks exported</source><translation>已导出 {} 个掩膜</translation></message></context>
<context><name>Minimap</name><message><source>Drag to move the view</source><translation>拖动以移动视图</translation></message></context>
<context><name>Minimap</name><message><source>Minimap</source><translation>小地图</translation></message></context>
<context><name>ModelPanel</name><message><source>All models and networks, published weights, and your own</source><translation>所有模型和网络、公开的权重以及您自己的模型</translation></message></context>
<context><name>ModelPanel</name><message><source>Batch {}/{}</source><translation>批处理 {}/{}</translation></message></context>
<context><name>ModelPanel</name><message><source>Cancel</source><translation>取消</translation></message></context>
<context><name>ModelPanel</name><message><source>Choose...</source><translation>选择…</translation></message></context>
<context><name>ModelPanel</name><message><source>Go on with {} left</source><translation>继续剩余的 {} 个</translation></message></context>
<context><name>ModelPanel</name><message><source>Images without a mask</source><translation>没有掩膜的图像</translation></message></context>
<context><name>ModelPanel</name><message><source>Model</source><translation>模型</translation></message></context>
<context><name>ModelPanel</name><message><source>Predict many</source><translation>批量预测</translation></message></context>
<context><name>ModelPanel</name><message><source>Predict the image on screen</source><translation>预测屏幕上的图像</translation></message></context>
<context><name>ModelPanel</name><message><source>Predict the selected images, those without a mask, or the unreviewed</source><translation>预测所选图像、没有掩膜的图像或未审阅的图像</translation></message></context>
<context><name>ModelPanel</name><message><source>Predict this image</source><translation>预测此图像</translation></message></context>
<context><name>ModelPanel</name><message><source>Random weights, for trying only: its masks are noise.</source><translation>随机权重，仅供试用：其掩膜只是噪声。</translation></message></context>
<context><name>ModelPanel</name><message><source>Selected images ({})</source><translation>所选图像（{}）</translation></message></context>
<context><name>ModelPanel</name><message><source>Stop; what was predicted stays</source><translation>停止；已预测的保留</translation></message></context>
<context><name>ModelPanel</name><message><source>Unreviewed images</source><translation>未审阅的图像</translation></message></context>
<context><name>ModelsDialog</name><message><source>A .pth, .safetensors or .onnx file</source><translation>.pth、.safetensors 或 .onnx 文件</translation></message></context>
<context><name>ModelsDialog</name><message><source>A part of networks: its weights are where their training begins.</source><translation>网络的一部分：训练从其权重开始。</translation></message></context>
<context><name>ModelsDialog</name><message><source>Add my own model...</source><translation>添加我自己的模型…</translation></message></context>
<context><name>ModelsDialog</name><message><source>Cancel</source><translation>取消</translation></message></context>
<context><name>ModelsDialog</name><message><source>Download the weights; they are checked by their hash</source><translation>下载权重；用哈希值校验</translation></message></context>
<context><name>ModelsDialog</name><message><source>Fetch</source><translation>下载</translation></message></context>
<context><name>ModelsDialog</name><message><source>It is here: {}</source><translation>位于：{}</translation></message></context>
<context><name>ModelsDialog</name><message><source>Licence: {}</source><translation>许可：{}</translation></message></context>
<context><name>ModelsDialog</name><message><source>Models and networks</source><translation>模型和网络</translation></message></context>
<context><name>ModelsDialog</name><message><source>Nothing has these words.</source><translation>没有包含这些词的条目。</translation></message></context>
<context><name>ModelsDialog</name><message><source>Predict with it from now on</source><translation>从现在起用它预测</translation></message></context>
<context><name>ModelsDialog</name><message><source>Progress of the download</source><translation>下载进度</translation></message></context>
<context><name>ModelsDialog</name><message><source>Published weights</source><translation>公开的权重</translation></message></context>
<context><name>ModelsDialog</name><message><source>Remove</source><translation>移除</translation></message></context>
<context><name>ModelsDialog</name><message><source>Remove this model, which was added here</source><translation>移除这个在此添加的模型</translation></message></context>
<context><name>ModelsDialog</name><message><source>Search by name, paper or class</source><translation>按名称、论文或类别搜索</translation></message></context>
<context><name>ModelsDialog</name><message><source>Search the models</source><translation>搜索模型</translation></message></context>
<context><name>ModelsDialog</name><message><source>This network has no weights here: fetch them below, or train it.</source><translation>这里没有此网络的权重：请在下方下载，或进行训练。</translation></message></context>
<context><name>ModelsDialog</name><message><source>This network has no weights here: it must be trained first.</source><translation>这里没有此网络的权重：必须先训练。</translation></message></context>
<context><name>ModelsDialog</name><message><source>To see that it runs; its masks are noise</source><translation>查看它能否运行；其掩膜只是噪声</translation></message></context>
<context><name>ModelsDialog</name><message><source>Try with random weights</source><translation>用随机权重试用</translation></message></context>
<context><name>ModelsDialog</name><message><source>Use this model</source><translation>使用此模型</translation></message></context>
<context><name>ModelsDialog</name><message><source>What is known of it</source><translation>相关信息</translation></message></context>
<context><name>ModelsDialog</name><message><source>Without a network: {}</source><translation>没有网络时：{}</translation></message></context>
<context><name>ModelsDialog</name><message><source>size unknown</source><translation>大小未知</translation></message></context>
<context><name>ModelsDialog</name><message><source>{:.0f} MB</source><translation>{:.0f} 兆字节</translation></message></context>
<context><name>NoticesPanel</name><message><source>Close</source><translation>关闭</translation></message></context>
<context><name>NoticesPanel</name><message><source>I have checked this</source><translation>我已核对</translation></message></context>
<context><name>NoticesPanel</name><message><source>Notices of this image</source><translation>此图像的提示</translation></message></context>
<context><name>OperationDialog</name><message><source>Choose a mask</source><translation>选择掩膜</translation></message></context>
<context><name>OperationDialog</name><message><source>Choose a mask file...</source><translation>选择掩膜文件...</translation></message></context>
<context><name>OperationDialog</name><message><source>Do it</source><translation>执行</translation></message></context>
<context><name>OperationDialog</name><message><source>Preview</source><translation>预览</translation></message></context>
<context><name>OperationDialog</name><message><source>This slice</source><translation>此切片</translation></message></context>
<context><name>OperationDialog</name><message><source>Whole volume</source><translation>整个体数据</translation></message></context>
<context><name>OperationsPresenter</name><message><source>A stroke was under way; nothing was done</source><translation>正在绘制一笔，未作任何更改</translation></message></context>
<context><name>OperationsPresenter</name><message><source>Only volumes have slices to fill</source><translation>只有体数据才有可填充的切片</translation></message></context>
<context><name>OperationsPresenter</name><message><source>Point at a region to delete it</source><translation>请将指针指向要删除的区域</translation></message></context>
<context><name>OperationsPresenter</name><message><source>The mask was changed meanwhile; nothing was done</source><translation>掩膜已在此期间改变，未作任何更改</translation></message></context>
<context><name>OperationsPresenter</name><message><source>There is nothing to delete at this place</source><translation>此处没有可删除的内容</translation></message></context>
<context><name>OperationsPresenter</name><message><source>{}: nothing to change</source><translation>{}：无需更改</translation></message></context>
<context><name>OptionForm</name><message><source>All classes</source><translation>所有类别</translation></message></context>
<context><name>PaintModeBar</name><message><source>Paint mode</source><translation>绘制模式</translation></message></context>
<context><name>PaintModeStrip</name><message><source>Only intensities</source><translation>仅限强度</translation></message></context>
<context><name>PaintModeStrip</name><message><source>Paint only pixels between two intensities</source><translation>只绘制两个强度之间的像素</translation></message></context>
<context><name>PaintModeStrip</name><message><source>Paint over</source><translation>覆盖</translation></message></context>
<context><name>PaintModeStrip</name><message><source>What strokes may cover</source><translation>笔画可以覆盖的内容</translation></message></context>
<context><name>PaintModeStrip</name><message><source>background only</source><translation>仅背景</translation></message></context>
<context><name>PaintModeStrip</name><message><source>everything</source><translation>全部</translation></message></context>
<context><name>PaintModeStrip</name><message><source>{} locked</source><translation>{} 个已锁定</translation></message></context>
<context><name>PaintModeStrip</name><message><source>{} only</source><translation>仅 {}</translation></message></context>
<context><name>ParameterRows</name><message><source>More</source><translation>更多</translation></message></context>
<context><name>ParameterRows</name><message><source>Potts...</source><translation>Potts…</translation></message></context>
<context><name>ParameterRows</name><message><source>Table of {} classes...</source><translation>{} 个类别的表格…</translation></message></context>
<context><name>PartsDialog</name><message><source>Images to open</source><translation>要打开的图像</translation></message></context>
<context><name>PartsDialog</name><message><source>Open</source><translation>打开</translation></message></context>
<context><name>PartsDialog</name><message><source>Open images</source><translation>打开图像</translation></message></context>
<context><name>PartsDialog</name><message><source>Several images were found. Untick what you do not need.</source><translation>找到多个图像。请取消勾选不需要的图像。</translation></message></context>
<context><name>PlaneSigns</name><message><source>Axial</source><translation>横断面</translation></message></context>
<context><name>PlaneSigns</name><message><source>Coronal</source><translation>冠状面</translation></message></context>
<context><name>PlaneSigns</name><message><source>Sagittal</source><translation>矢状面</translation></message></context>
<context><name>PlaneSigns</name><message><source>oblique {:.0f}°</source><translation>倾斜 {:.0f}°</translation></message></context>
<context><name>PlanesPresenter</name><message><source>Neurological: patient left is on the left</source><translation>神经学惯例：患者左侧在左</translation></message></context>
<context><name>PlanesPresenter</name><message><source>Radiological: patient left is on the right</source><translation>放射学惯例：患者左侧在右</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>CRF, {}</source><translation>CRF 细化，{}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>confirmed by {}, {}</source><translation>由 {} 确认，{}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>ignored</source><translation>忽略</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>imported {}, {}</source><translation>导入 {}，{}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>model {}, {}</source><translation>模型 {}，{}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>on background</source><translation>仅背景</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>on {}</source><translation>仅 {}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>painted by {}, {}</source><translation>由 {} 绘制，{}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>you</source><translation>您</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>{:g} to {:g}</source><translation>{:g} 至 {:g}</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>{}  {:.1f} {:.1f} {:.1f} mm</source><translation>{}  {:.1f} {:.1f} {:.1f} 毫米</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>{} locked</source><translation>{} 个已锁定</translation></message></context>
<context><name>ReadoutPresenter</name><message><source>{} {:g} px</source><translation>{} {:g} 像素</translation></message></context>
<context><name>RecentMenu</name><message><source>Forget these</source><translation>清除列表</translation></message></context>
<context><name>RecentMenu</name><message><source>Nothing yet</source><translation>暂无</translation></message></context>
<context><name>RecentMenu</name><message><source>Open recent</source><translation>打开最近的项目</translation></message></context>
<context><name>RefinePanel</name><message><source>, coarse; the exact one follows</source><translation>，粗略结果；精确结果随后显示</translation></message></context>
<context><name>RefinePanel</name><message><source>Applied in {:.1f} s; in total:</source><translation>已应用，用时 {:.1f} 秒；合计：</translation></message></context>
<context><name>RefinePanel</name><message><source>Apply</source><translation>应用</translation></message></context>
<context><name>RefinePanel</name><message><source>Apply to</source><translation>应用到</translation></message></context>
<context><name>RefinePanel</name><message><source>Back to the defaults</source><translation>恢复默认值</translation></message></context>
<context><name>RefinePanel</name><message><source>CRF</source><translation>CRF</translation></message></context>
<context><name>RefinePanel</name><message><source>Cancel</source><translation>取消</translation></message></context>
<context><name>RefinePanel</name><message><source>Compare with</source><translation>比较对象</translation></message></context>
<context><name>RefinePanel</name><message><source>ConvCRF</source><translation>ConvCRF</translation></message></context>
<context><name>RefinePanel</name><message><source>Fit to corrections</source><translation>根据修正拟合</translation></message></context>
<context><name>RefinePanel</name><message><source>Flash changed pixels</source><translation>闪烁显示改变的像素</translation></message></context>
<context><name>RefinePanel</name><message><source>Fully connected</source><translation>全连接</translation></message></context>
<context><name>RefinePanel</name><message><source>Keep the refined mask as one step of undo</source><translation>将细化后的掩膜保留为一个可撤销步骤</translation></message></context>
<context><name>RefinePanel</name><message><source>Learn the values from what was painted by hand</source><translation>从手工绘制的内容学习参数值</translation></message></context>
<context><name>RefinePanel</name><message><source>Leave</source><translation>离开</translation></message></context>
<context><name>RefinePanel</name><message><source>Leave everything as it was (Esc)</source><translation>一切保持原样 (Esc)</translation></message></context>
<context><name>RefinePanel</name><message><source>Mean Dice on held-out corrections: {:.3f} before, {:.3f} after.</source><translation>留出修正上的平均 Dice：之前 {:.3f}，之后 {:.3f}。</translation></message></context>
<context><name>RefinePanel</name><message><source>Name</source><translation>名称</translation></message></context>
<context><name>RefinePanel</name><message><source>Nothing better was found; the sliders stay.</source><translation>没有找到更好的值；滑块保持不变。</translation></message></context>
<context><name>RefinePanel</name><message><source>Only the released convention weighs messages so; see Convention</source><translation>只有“发布代码”约定才这样加权消息；参见“约定”</translation></message></context>
<context><name>RefinePanel</name><message><source>Presets</source><translation>预设</translation></message></context>
<context><name>RefinePanel</name><message><source>Preview</source><translation>预览</translation></message></context>
<context><name>RefinePanel</name><message><source>Refine (CRF)</source><translation>细化 (CRF)</translation></message></context>
<context><name>RefinePanel</name><message><source>Save preset</source><translation>保存预设</translation></message></context>
<context><name>RefinePanel</name><message><source>Save these values as a preset of the project</source><translation>将这些值保存为项目预设</translation></message></context>
<context><name>RefinePanel</name><message><source>Slices from</source><translation>切片范围</translation></message></context>
<context><name>RefinePanel</name><message><source>Split before/after</source><translation>前后对比分割线</translation></message></context>
<context><name>RefinePanel</name><message><source>Steps...</source><translation>步骤…</translation></message></context>
<context><name>RefinePanel</name><message><source>The fully connected CRF has no window: every pixel hears every other</source><translation>全连接 CRF 没有窗口：每个像素都与所有其他像素相连</translation></message></context>
<context><name>RefinePanel</name><message><source>This slice</source><translation>此切片</translation></message></context>
<context><name>RefinePanel</name><message><source>This view</source><translation>此视图</translation></message></context>
<context><name>RefinePanel</name><message><source>Use the new values? They are kept as 'fitted'.</source><translation>使用新值吗？新值保存为“fitted”。</translation></message></context>
<context><name>RefinePanel</name><message><source>What the CRF believes after each iteration</source><translation>CRF 每次迭代后的置信度</translation></message></context>
<context><name>RefinePanel</name><message><source>What the split line compares the preview with</source><translation>分割线将预览与什么比较</translation></message></context>
<context><name>RefinePanel</name><message><source>Whether a pixel listens to a window around it, or to all pixels</source><translation>像素只受周围窗口影响，还是受所有像素影响</translation></message></context>
<context><name>RefinePanel</name><message><source>Whole image</source><translation>整幅图像</translation></message></context>
<context><name>RefinePanel</name><message><source>Whole volume</source><translation>整个体数据</translation></message></context>
<context><name>RefinePanel</name><message><source>nothing changed</source><translation>没有改变</translation></message></context>
<context><name>RefinePanel</name><message><source>with the mask before</source><translation>与之前的掩膜</translation></message></context>
<context><name>RefinePanel</name><message><source>with the other CRF</source><translation>与另一种 CRF</translation></message></context>
<context><name>RefinePanel</name><message><source>{:.0f} ms</source><translation>{:.0f} 毫秒</translation></message></context>
<context><name>RejectDialog</name><message><source>Reason</source><translation>原因</translation></message></context>
<context><name>RejectDialog</name><message><source>Reject</source><translation>退回</translation></message></context>
<context><name>RejectDialog</name><message><source>Reject &amp;&amp; next</source><translation>退回 &amp;&amp; 下一个</translation></message></context>
<context><name>RejectDialog</name><message><source>What is wrong with the mask?</source><translation>掩膜有什么问题？</translation></message></context>
<context><name>RejectDialog</name><message><source>Why is this mask rejected?</source><translation>为什么退回此掩膜？</translation></message></context>
<context><name>RelocateDialog</name><message><source>All images of the project are where they should be.</source><translation>项目的所有图像都在应在的位置。</translation></message></context>
<context><name>RelocateDialog</name><message><source>Choose the image of this case; it must be the same image</source><translation>选择此病例的图像；必须是同一幅图像</translation></message></context>
<context><name>RelocateDialog</name><message><source>Find file...</source><translation>查找文件…</translation></message></context>
<context><name>RelocateDialog</name><message><source>Find folder...</source><translation>查找文件夹…</translation></message></context>
<context><name>RelocateDialog</name><message><source>Find the image</source><translation>查找图像</translation></message></context>
<context><name>RelocateDialog</name><message><source>Go on with the changed image</source><translation>使用已更改的图像继续</translation></message></context>
<context><name>RelocateDialog</name><message><source>I have checked: it is the same picture, of the same size, in the same place</source><translation>我已核对：是同一幅图像，大小相同，位置相同</translation></message></context>
<context><name>RelocateDialog</name><message><source>Missing images</source><translation>缺失的图像</translation></message></context>
<context><name>RelocateDialog</name><message><source>Search a folder and those in it for all missing images, by their content</source><translation>按内容在文件夹及其子文件夹中查找所有缺失的图像</translation></message></context>
<context><name>RelocateDialog</name><message><source>Search this folder</source><translation>搜索此文件夹</translation></message></context>
<context><name>RelocateDialog</name><message><source>The mask stays as it is; an approval of it is void</source><translation>掩膜保持不变；对它的批准将作废</translation></message></context>
<context><name>RelocateDialog</name><message><source>Where are the images?</source><translation>图像在哪里？</translation></message></context>
<context><name>RelocateDialog</name><message><source>{0} In all {1} images of the project are missing.</source><translation>{0} 项目中共缺失 {1} 幅图像。</translation></message></context>
<context><name>RelocateDialog</name><message><source>{} Its mask may not lie right on it any more: each pixel of the mask would belong to another pixel of the image. Find the original, or go on if you are sure.</source><translation>{} 其掩膜可能不再与图像对齐：掩膜的每个像素会对应图像的另一个像素。请找到原图像；若确定无误，可以继续。</translation></message></context>
<context><name>RelocateDialog</name><message><source>{} found. </source><translation>找到 {} 幅。</translation></message></context>
<context><name>RelocateDialog</name><message><source>{} images of the project are not where they were.</source><translation>项目中有 {} 幅图像不在原来的位置。</translation></message></context>
<context><name>RelocateDialog</name><message><source>{} more are not listed.</source><translation>另有 {} 项未列出。</translation></message></context>
<context><name>ReviewPanel</name><message><source>'{}' by {} is void: the mask was changed after it.</source><translation>“{}”（{}）已失效：此后掩膜被更改。</translation></message></context>
<context><name>ReviewPanel</name><message><source>Axial</source><translation>横断面</translation></message></context>
<context><name>ReviewPanel</name><message><source>Coronal</source><translation>冠状面</translation></message></context>
<context><name>ReviewPanel</name><message><source>Decisions and comments</source><translation>决定与评论</translation></message></context>
<context><name>ReviewPanel</name><message><source>Decisions and comments, the newest first</source><translation>决定与评论，最新的在前</translation></message></context>
<context><name>ReviewPanel</name><message><source>No object</source><translation>无目标</translation></message></context>
<context><name>ReviewPanel</name><message><source>Reader</source><translation>阅片人</translation></message></context>
<context><name>ReviewPanel</name><message><source>Review</source><translation>审阅</translation></message></context>
<context><name>ReviewPanel</name><message><source>Sagittal</source><translation>矢状面</translation></message></context>
<context><name>ReviewPanel</name><message><source>Slices seen</source><translation>已看切片</translation></message></context>
<context><name>ReviewPanel</name><message><source>This project can only be looked at here.</source><translation>此项目在此处只能查看。</translation></message></context>
<context><name>ReviewPanel</name><message><source>Two readers</source><translation>两位阅片人</translation></message></context>
<context><name>ReviewPanel</name><message><source>Two readers decided on this case.</source><translation>两位阅片人已对本例作出决定。</translation></message></context>
<context><name>ReviewPanel</name><message><source>Volumes</source><translation>体积</translation></message></context>
<context><name>ReviewPanel</name><message><source>Whose name decisions, comments and strokes carry</source><translation>决定、评论和笔画所署的姓名</translation></message></context>
<context><name>ReviewPanel</name><message><source>You read second: what the first reader did and said is hidden.</source><translation>您是第二阅片人：第一阅片人的操作和意见已隐藏。</translation></message></context>
<context><name>ReviewPanel</name><message><source>all slices seen</source><translation>所有切片均已看过</translation></message></context>
<context><name>ReviewPanel</name><message><source>in neither</source><translation>两者均无</translation></message></context>
<context><name>ReviewPanel</name><message><source>not seen: {}</source><translation>未看：{}</translation></message></context>
<context><name>ReviewPanel</name><message><source>{} and {} differ in {} pixels. Dice:</source><translation>{} 与 {} 有 {} 个像素不同。Dice：</translation></message></context>
<context><name>ReviewPanel</name><message><source>{} ml</source><translation>{} 毫升</translation></message></context>
<context><name>ReviewPanel</name><message><source>{} of {} to review</source><translation>待审 {} / {}</translation></message></context>
<context><name>ReviewPanel</name><message><source>{} px</source><translation>{} 像素</translation></message></context>
<context><name>ReviewPresenter</name><message><source>No other case is left to review</source><translation>没有其他待审的病例</translation></message></context>
<context><name>SearchDialog</name><message><source>A command, class, case or setting</source><translation>命令、类别、病例或设置</translation></message></context>
<context><name>SearchDialog</name><message><source>Case</source><translation>病例</translation></message></context>
<context><name>SearchDialog</name><message><source>Case {}</source><translation>病例 {}</translation></message></context>
<context><name>SearchDialog</name><message><source>Class</source><translation>类别</translation></message></context>
<context><name>SearchDialog</name><message><source>Command</source><translation>命令</translation></message></context>
<context><name>SearchDialog</name><message><source>Key</source><translation>按键</translation></message></context>
<context><name>SearchDialog</name><message><source>Name</source><translation>名称</translation></message></context>
<context><name>SearchDialog</name><message><source>Search commands</source><translation>搜索命令</translation></message></context>
<context><name>SearchDialog</name><message><source>Setting</source><translation>设置</translation></message></context>
<context><name>SearchDialog</name><message><source>What was found</source><translation>搜索结果</translation></message></context>
<context><name>SearchDialog</name><message><source>Where</source><translation>位置</translation></message></context>
<context><name>Settings</name><message><source>Some settings cannot be: {}. Their defaults are used.</source><translation>有些设置的值无效：{}。已使用其默认值。</translation></message></context>
<context><name>Settings</name><message><source>The settings cannot be read; the defaults are used.</source><translation>无法读取设置；已使用默认值。</translation></message></context>
<context><name>Settings</name><message><source>The settings cannot be read; the defaults are used. The old file is kept as '{}'.</source><translation>无法读取设置；已使用默认值。旧文件保留为“{}”。</translation></message></context>
<context><name>SettingsDialog</name><message><source>Back to the default: {}</source><translation>恢复默认值：{}</translation></message></context>
<context><name>SettingsDialog</name><message><source>No setting has this word.</source><translation>没有包含此词的设置。</translation></message></context>
<context><name>SettingsDialog</name><message><source>Search</source><translation>搜索</translation></message></context>
<context><name>SettingsDialog</name><message><source>Search the settings</source><translation>搜索设置</translation></message></context>
<context><name>SettingsDialog</name><message><source>Settings</source><translation>设置</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Add key</source><translation>添加按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Does</source><translation>作用</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Key</source><translation>按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Keyboard and mouse</source><translation>键盘与鼠标</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Keys and mouse as in</source><translation>按键和鼠标方案</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Mouse and held keys</source><translation>鼠标与按住的键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>New key</source><translation>新按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>No key</source><translation>无按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Press the new key here</source><translation>在此按下新按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Reset</source><translation>重置</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Search</source><translation>搜索</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Search commands and keys</source><translation>搜索命令和按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Take the key</source><translation>占用此按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>The keys this command had at first</source><translation>此命令最初的按键</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>Your own</source><translation>自定义</translation></message></context>
<context><name>ShortcutsDialog</name><message><source>{} is the key of '{}'. If '{}' takes it, '{}' goes without.</source><translation>{} 是“{}”的按键。如果由“{}”占用，“{}”将没有按键。</translation></message></context>
<context><name>SliceRange</name><message><source>First slice</source><translation>第一个切片</translation></message></context>
<context><name>SliceRange</name><message><source>Last slice</source><translation>最后一个切片</translation></message></context>
<context><name>SliceRange</name><message><source>to</source><translation>至</translation></message></context>
<context><name>SlicesPanel</name><message><source>Axial</source><translation>横断面</translation></message></context>
<context><name>SlicesPanel</name><message><source>Coronal</source><translation>冠状面</translation></message></context>
<context><name>SlicesPanel</name><message><source>Plane</source><translation>平面</translation></message></context>
<context><name>SlicesPanel</name><message><source>Sagittal</source><translation>矢状面</translation></message></context>
<context><name>SlicesPanel</name><message><source>Slice</source><translation>切片</translation></message></context>
<context><name>SlicesPanel</name><message><source>{} of {}</source><translation>第 {} / {} 张</translation></message></context>
<context><name>StartPage</name><message><source>A network proposes, the CRF snaps to edges, you correct. Nothing is lost.</source><translation>网络给出建议，CRF 贴合边缘，由您修正。任何工作都不会丢失。</translation></message></context>
<context><name>StartPage</name><message><source>Images, volumes, folders and .sulcus projects can be dropped here.</source><translation>可将图像、体数据、文件夹和 .sulcus 项目拖放到此处。</translation></message></context>
<context><name>StartPage</name><message><source>Open a folder&#10;or project</source><translation>打开文件夹&#10;或项目</translation></message></context>
<context><name>StartPage</name><message><source>Open images&#10;or volumes</source><translation>打开图像&#10;或体数据</translation></message></context>
<context><name>StartPage</name><message><source>Sulcus</source><translation>Sulcus</translation></message></context>
<context><name>StartPage</name><message><source>Try&#10;the sample</source><translation>试用&#10;示例</translation></message></context>
<context><name>StatusPanel</name><message><source>Cancelled; everything is as it was</source><translation>已取消；一切保持原样</translation></message></context>
<context><name>StatusPanel</name><message><source>Class, and who or what gave it to the pixel</source><translation>类别，以及由谁或什么赋予</translation></message></context>
<context><name>StatusPanel</name><message><source>Every stroke is on the disk</source><translation>每一笔都已写入磁盘</translation></message></context>
<context><name>StatusPanel</name><message><source>Intensity of the pixel in the file</source><translation>文件中该像素的强度</translation></message></context>
<context><name>StatusPanel</name><message><source>Measured; Esc takes it away</source><translation>测量结果；按 Esc 清除</translation></message></context>
<context><name>StatusPanel</name><message><source>Preview: Enter keeps it, Esc leaves the mask as it is</source><translation>预览：Enter 保留，Esc 保持掩膜原样</translation></message></context>
<context><name>StatusPanel</name><message><source>Review state; the reader is {}</source><translation>审阅状态；阅片人为 {}</translation></message></context>
<context><name>StatusPanel</name><message><source>Saved {}</source><translation>已保存 {}</translation></message></context>
<context><name>StatusPanel</name><message><source>Saving</source><translation>正在保存</translation></message></context>
<context><name>StatusPanel</name><message><source>The last stroke is not on the disk</source><translation>最后一笔尚未写入磁盘</translation></message></context>
<context><name>StatusPanel</name><message><source>Tool in hand, and where it may paint</source><translation>当前工具及其可绘制的范围</translation></message></context>
<context><name>StatusPanel</name><message><source>UNSAVED</source><translation>未保存</translation></message></context>
<context><name>StatusPanel</name><message><source>device: not asked yet</source><translation>设备：尚未查询</translation></message></context>
<context><name>StatusPanel</name><message><source>{0} slices with a mask were not seen yet</source><translation>还有 {0} 个含掩膜的切片未看过</translation></message></context>
<context><name>StatusPanel</name><message><source>{0} slices with a mask were not seen yet ({1} shows the next one)</source><translation>还有 {0} 个含掩膜的切片未看过（{1} 显示下一个）</translation></message></context>
<context><name>StepsDialog</name><message><source>Belief after iteration {} of {}: {} pixels changed their class</source><translation>第 {} / {} 次迭代后的置信度：{} 个像素改变了类别</translation></message></context>
<context><name>StepsDialog</name><message><source>Class</source><translation>类别</translation></message></context>
<context><name>StepsDialog</name><message><source>Iteration</source><translation>迭代</translation></message></context>
<context><name>StepsDialog</name><message><source>Score map: what the unary says before any iteration</source><translation>得分图：任何迭代之前的一元项</translation></message></context>
<context><name>StepsDialog</name><message><source>Solving...</source><translation>正在求解…</translation></message></context>
<context><name>StepsDialog</name><message><source>Steps of the CRF</source><translation>CRF 的步骤</translation></message></context>
<context><name>SurfaceBar</name><message><source>Build the surface of the mask as it is</source><translation>按当前掩膜构建表面</translation></message></context>
<context><name>SurfaceBar</name><message><source>Follow the mask by itself</source><translation>自动跟随掩膜</translation></message></context>
<context><name>SurfaceBar</name><message><source>From above (S)</source><translation>从上方看 (S)</translation></message></context>
<context><name>SurfaceBar</name><message><source>From below (I)</source><translation>从下方看 (I)</translation></message></context>
<context><name>SurfaceBar</name><message><source>From the back (P)</source><translation>从后方看 (P)</translation></message></context>
<context><name>SurfaceBar</name><message><source>From the front (A)</source><translation>从前方看 (A)</translation></message></context>
<context><name>SurfaceBar</name><message><source>From the patient's left (L)</source><translation>从患者左侧看 (L)</translation></message></context>
<context><name>SurfaceBar</name><message><source>From the patient's right (R)</source><translation>从患者右侧看 (R)</translation></message></context>
<context><name>SurfaceBar</name><message><source>Opacity of all classes but the one in hand, to see what lies inside</source><translation>除当前类别外所有类别的不透明度，以便看到内部</translation></message></context>
<context><name>SurfaceBar</name><message><source>Opacity of the other classes</source><translation>其他类别的不透明度</translation></message></context>
<context><name>SurfaceBar</name><message><source>Show all of it (Home)</source><translation>显示全部 (Home)</translation></message></context>
<context><name>SurfacePresenter</name><message><source>Surfaces written to {}: {}</source><translation>表面已写入 {}：{}</translation></message></context>
<context><name>SurfaceView</name><message><source>A, P, L, R, S and I look from the sides of the patient; arrows turn, Shift and arrows move, plus and minus zoom, Home shows all</source><translation>A、P、L、R、S、I 从患者各侧观看；方向键旋转，Shift 加方向键移动，加减号缩放，Home 显示全部</translation></message></context>
<context><name>SurfaceView</name><message><source>Building the surface...</source><translation>正在构建表面...</translation></message></context>
<context><name>SurfaceView</name><message><source>No class has been drawn yet</source><translation>尚未绘制任何类别</translation></message></context>
<context><name>SurfaceView</name><message><source>Press the round arrow above to build the surface</source><translation>按上方的环形箭头构建表面</translation></message></context>
<context><name>SurfaceView</name><message><source>Surface</source><translation>表面</translation></message></context>
<context><name>SurfaceView</name><message><source>Surface of the mask</source><translation>掩膜表面</translation></message></context>
<context><name>ToldModel</name><message><source>you</source><translation>您</translation></message></context>
<context><name>ToolOptionsPanel</name><message><source>Tool options</source><translation>工具选项</translation></message></context>
<context><name>ToolsPanel</name><message><source>Tools</source><translation>工具</translation></message></context>
<context><name>ValueSlider</name><message><source>Off: leave it out</source><translation>关闭：不使用此项</translation></message></context>
<context><name>ValueSlider</name><message><source>use {}</source><translation>使用{}</translation></message></context>
<context><name>about</name><message><source>About Sulcus</source><translation>关于 Sulcus</translation></message></context>
<context><name>about</name><message><source>Images and MRI volumes to trustworthy segmentation masks.&#10;&#10;For research and dataset work; not a medical device. Nothing leaves this machine.&#10;&#10;Apache License 2.0.</source><translation>从图像和 MRI 体数据到值得信赖的分割掩膜。&#10;&#10;用于科研和数据集制作；不是医疗器械。任何数据都不会离开这台计算机。&#10;&#10;Apache License 2.0。</translation></message></context>
<context><name>actions</name><message><source>&amp;Edit</source><translation>编辑(&amp;E)</translation></message></context>
<context><name>actions</name><message><source>&amp;File</source><translation>文件(&amp;F)</translation></message></context>
<context><name>actions</name><message><source>&amp;Go</source><translation>前往(&amp;G)</translation></message></context>
<context><name>actions</name><message><source>&amp;Help</source><translation>帮助(&amp;H)</translation></message></context>
<context><name>actions</name><message><source>&amp;Mask</source><translation>掩膜(&amp;M)</translation></message></context>
<context><name>actions</name><message><source>&amp;Review</source><translation>审阅(&amp;R)</translation></message></context>
<context><name>actions</name><message><source>&amp;Tools</source><translation>工具(&amp;T)</translation></message></context>
<context><name>actions</name><message><source>&amp;View</source><translation>视图(&amp;V)</translation></message></context>
<context><name>actions</name><message><source>3-D brush</source><translation>三维画笔</translation></message></context>
<context><name>actions</name><message><source>3D Slicer-like</source><translation>类似 3D Slicer</translation></message></context>
<context><name>actions</name><message><source>About Sulcus</source><translation>关于 Sulcus</translation></message></context>
<context><name>actions</name><message><source>Add a class</source><translation>添加类别</translation></message></context>
<context><name>actions</name><message><source>Add my own model...</source><translation>添加我自己的模型…</translation></message></context>
<context><name>actions</name><message><source>Adjudicate and next</source><translation>裁定并转到下一个</translation></message></context>
<context><name>actions</name><message><source>Approve and next</source><translation>通过并转到下一个</translation></message></context>
<context><name>actions</name><message><source>Ask for a second reader</source><translation>请第二阅片人</translation></message></context>
<context><name>actions</name><message><source>Automatic window</source><translation>自动窗</translation></message></context>
<context><name>actions</name><message><source>Background</source><translation>背景</translation></message></context>
<context><name>actions</name><message><source>Brush half as large</source><translation>画笔缩小一半</translation></message></context>
<context><name>actions</name><message><source>Brush twice as large</source><translation>画笔放大一倍</translation></message></context>
<context><name>actions</name><message><source>Build the surface by itself</source><translation>自动构建表面</translation></message></context>
<context><name>actions</name><message><source>Build the surface now</source><translation>立即构建表面</translation></message></context>
<context><name>actions</name><message><source>Choose a class</source><translation>选择类别</translation></message></context>
<context><name>actions</name><message><source>Class 1</source><translation>类别 1</translation></message></context>
<context><name>actions</name><message><source>Class 2</source><translation>类别 2</translation></message></context>
<context><name>actions</name><message><source>Class 3</source><translation>类别 3</translation></message></context>
<context><name>actions</name><message><source>Class 4</source><translation>类别 4</translation></message></context>
<context><name>actions</name><message><source>Class 5</source><translation>类别 5</translation></message></context>
<context><name>actions</name><message><source>Class 6</source><translation>类别 6</translation></message></context>
<context><name>actions</name><message><source>Class 7</source><translation>类别 7</translation></message></context>
<context><name>actions</name><message><source>Class 8</source><translation>类别 8</translation></message></context>
<context><name>actions</name><message><source>Class 9</source><translation>类别 9</translation></message></context>
<context><name>actions</name><message><source>Close image</source><translation>关闭图像</translation></message></context>
<context><name>actions</name><message><source>Comment on this place...</source><translation>评论此处...</translation></message></context>
<context><name>actions</name><message><source>Compatibility of classes...</source><translation>类别兼容性…</translation></message></context>
<context><name>actions</name><message><source>Copy images into the project</source><translation>将图像复制到项目中</translation></message></context>
<context><name>actions</name><message><source>Crosshair</source><translation>十字线</translation></message></context>
<context><name>actions</name><message><source>Delete it in all slices</source><translation>在所有切片中删除</translation></message></context>
<context><name>actions</name><message><source>Delete the region under the pointer</source><translation>删除指针下的区域</translation></message></context>
<context><name>actions</name><message><source>Export masks...</source><translation>导出掩膜…</translation></message></context>
<context><name>actions</name><message><source>Export surfaces...</source><translation>导出表面...</translation></message></context>
<context><name>actions</name><message><source>Fainter mask</source><translation>减淡掩膜</translation></message></context>
<context><name>actions</name><message><source>Fill between slices, as a preview</source><translation>在切片之间填充（预览）</translation></message></context>
<context><name>actions</name><message><source>Fill the classes, or outline them</source><translation>填充或描边显示类别</translation></message></context>
<context><name>actions</name><message><source>Find moved images...</source><translation>查找移动过的图像…</translation></message></context>
<context><name>actions</name><message><source>Fit to window</source><translation>适应窗口</translation></message></context>
<context><name>actions</name><message><source>Flash changed pixels</source><translation>闪烁显示改变的像素</translation></message></context>
<context><name>actions</name><message><source>Full range</source><translation>全部范围</translation></message></context>
<context><name>actions</name><message><source>Full screen</source><translation>全屏</translation></message></context>
<context><name>actions</name><message><source>Go to image...</source><translation>转到图像…</translation></message></context>
<context><name>actions</name><message><source>Hatch what a person corrected</source><translation>以斜线标出人工修正的像素</translation></message></context>
<context><name>actions</name><message><source>ITK-SNAP-like</source><translation>类似 ITK-SNAP</translation></message></context>
<context><name>actions</name><message><source>Keep the preview</source><translation>保留预览</translation></message></context>
<context><name>actions</name><message><source>Keyboard and mouse...</source><translation>键盘与鼠标…</translation></message></context>
<context><name>actions</name><message><source>Larger brush</source><translation>增大画笔</translation></message></context>
<context><name>actions</name><message><source>Lock a class</source><translation>锁定类别</translation></message></context>
<context><name>actions</name><message><source>Lock class 1</source><translation>锁定类别 1</translation></message></context>
<context><name>actions</name><message><source>Lock class 2</source><translation>锁定类别 2</translation></message></context>
<context><name>actions</name><message><source>Lock class 3</source><translation>锁定类别 3</translation></message></context>
<context><name>actions</name><message><source>Lock class 4</source><translation>锁定类别 4</translation></message></context>
<context><name>actions</name><message><source>Lock class 5</source><translation>锁定类别 5</translation></message></context>
<context><name>actions</name><message><source>Lock class 6</source><translation>锁定类别 6</translation></message></context>
<context><name>actions</name><message><source>Lock class 7</source><translation>锁定类别 7</translation></message></context>
<context><name>actions</name><message><source>Lock class 8</source><translation>锁定类别 8</translation></message></context>
<context><name>actions</name><message><source>Lock class 9</source><translation>锁定类别 9</translation></message></context>
<context><name>actions</name><message><source>Medical</source><translation>医学影像</translation></message></context>
<context><name>actions</name><message><source>Minimap</source><translation>小地图</translation></message></context>
<context><name>actions</name><message><source>Models and networks...</source><translation>模型和网络…</translation></message></context>
<context><name>actions</name><message><source>Next image</source><translation>下一幅图像</translation></message></context>
<context><name>actions</name><message><source>Next layout of the planes</source><translation>下一种切面布局</translation></message></context>
<context><name>actions</name><message><source>Next plane</source><translation>下一个切面</translation></message></context>
<context><name>actions</name><message><source>Next slice</source><translation>下一张切片</translation></message></context>
<context><name>actions</name><message><source>Next slice not seen</source><translation>下一个未看过的切片</translation></message></context>
<context><name>actions</name><message><source>Next unreviewed case</source><translation>下一个待审病例</translation></message></context>
<context><name>actions</name><message><source>Nose on the left or on the right</source><translation>鼻尖朝左或朝右</translation></message></context>
<context><name>actions</name><message><source>Open files...</source><translation>打开文件…</translation></message></context>
<context><name>actions</name><message><source>Open folder...</source><translation>打开文件夹…</translation></message></context>
<context><name>actions</name><message><source>Open the sample</source><translation>打开示例</translation></message></context>
<context><name>actions</name><message><source>Operations</source><translation>操作</translation></message></context>
<context><name>actions</name><message><source>Pixel grid</source><translation>像素网格</translation></message></context>
<context><name>actions</name><message><source>Planes of a volume</source><translation>体数据的切面</translation></message></context>
<context><name>actions</name><message><source>Predict all images without a mask</source><translation>预测所有无掩膜的图像</translation></message></context>
<context><name>actions</name><message><source>Predict all unreviewed images</source><translation>预测所有未审阅的图像</translation></message></context>
<context><name>actions</name><message><source>Predict the selected images</source><translation>预测所选图像</translation></message></context>
<context><name>actions</name><message><source>Predict this image</source><translation>预测此图像</translation></message></context>
<context><name>actions</name><message><source>Previous image</source><translation>上一幅图像</translation></message></context>
<context><name>actions</name><message><source>Previous plane</source><translation>上一个切面</translation></message></context>
<context><name>actions</name><message><source>Previous slice</source><translation>上一张切片</translation></message></context>
<context><name>actions</name><message><source>Previous unreviewed case</source><translation>上一个待审病例</translation></message></context>
<context><name>actions</name><message><source>Quit</source><translation>退出</translation></message></context>
<context><name>actions</name><message><source>Radiological or neurological</source><translation>放射学或神经学惯例</translation></message></context>
<context><name>actions</name><message><source>Redo</source><translation>重做</translation></message></context>
<context><name>actions</name><message><source>Refine the whole volume</source><translation>细化整个体数据</translation></message></context>
<context><name>actions</name><message><source>Reject with a reason...</source><translation>注明原因退回...</translation></message></context>
<context><name>actions</name><message><source>Reset layout</source><translation>重置布局</translation></message></context>
<context><name>actions</name><message><source>Save</source><translation>保存</translation></message></context>
<context><name>actions</name><message><source>Search commands...</source><translation>搜索命令…</translation></message></context>
<context><name>actions</name><message><source>Settings...</source><translation>设置…</translation></message></context>
<context><name>actions</name><message><source>Show or hide a class</source><translation>显示或隐藏类别</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 1</source><translation>显示或隐藏类别 1</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 2</source><translation>显示或隐藏类别 2</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 3</source><translation>显示或隐藏类别 3</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 4</source><translation>显示或隐藏类别 4</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 5</source><translation>显示或隐藏类别 5</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 6</source><translation>显示或隐藏类别 6</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 7</source><translation>显示或隐藏类别 7</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 8</source><translation>显示或隐藏类别 8</translation></message></context>
<context><name>actions</name><message><source>Show or hide class 9</source><translation>显示或隐藏类别 9</translation></message></context>
<context><name>actions</name><message><source>Show or hide names of images</source><translation>显示或隐藏图像名称</translation></message></context>
<context><name>actions</name><message><source>Show or hide the mask</source><translation>显示或隐藏掩膜</translation></message></context>
<context><name>actions</name><message><source>Show where two readers differ</source><translation>显示两位阅片人的差异</translation></message></context>
<context><name>actions</name><message><source>Skip</source><translation>跳过</translation></message></context>
<context><name>actions</name><message><source>Smaller brush</source><translation>减小画笔</translation></message></context>
<context><name>actions</name><message><source>Smooth pixels</source><translation>平滑像素</translation></message></context>
<context><name>actions</name><message><source>Split before/after</source><translation>前后对比分割线</translation></message></context>
<context><name>actions</name><message><source>Split line to the left</source><translation>分割线左移</translation></message></context>
<context><name>actions</name><message><source>Split line to the right</source><translation>分割线右移</translation></message></context>
<context><name>actions</name><message><source>Steps of the CRF...</source><translation>CRF 的步骤…</translation></message></context>
<context><name>actions</name><message><source>Stronger mask</source><translation>加深掩膜</translation></message></context>
<context><name>actions</name><message><source>Sulcus</source><translation>Sulcus</translation></message></context>
<context><name>actions</name><message><source>Surface of the mask</source><translation>掩膜表面</translation></message></context>
<context><name>actions</name><message><source>Take the first reader's mask</source><translation>采用第一阅片人的掩膜</translation></message></context>
<context><name>actions</name><message><source>Take the second reader's mask</source><translation>采用第二阅片人的掩膜</translation></message></context>
<context><name>actions</name><message><source>Ten slices down</source><translation>向下十张切片</translation></message></context>
<context><name>actions</name><message><source>Ten slices up</source><translation>向上十张切片</translation></message></context>
<context><name>actions</name><message><source>This plane alone, or all</source><translation>仅此切面或全部切面</translation></message></context>
<context><name>actions</name><message><source>Undo</source><translation>撤销</translation></message></context>
<context><name>actions</name><message><source>Where the network is in doubt</source><translation>网络不确定之处</translation></message></context>
<context><name>actions</name><message><source>Window and level...</source><translation>窗宽窗位...</translation></message></context>
<context><name>actions</name><message><source>Window presets</source><translation>窗预设</translation></message></context>
<context><name>actions</name><message><source>Zoom in</source><translation>放大</translation></message></context>
<context><name>actions</name><message><source>Zoom out</source><translation>缩小</translation></message></context>
<context><name>begun</name><message><source>Leave them alone</source><translation>保持不变</translation></message></context>
<context><name>begun</name><message><source>Pixels that a person painted stay as they are. Predicted too, the rest of their masks changes, and an approval of them is void.</source><translation>人工绘制的像素保持不变。若一并预测，其掩膜的其余部分会改变，已有的批准将失效。</translation></message></context>
<context><name>begun</name><message><source>Predict them too</source><translation>一并预测</translation></message></context>
<context><name>begun</name><message><source>{0} of the {1} selected images were begun by a person.</source><translation>所选 {1} 幅图像中有 {0} 幅已由人工开始处理。</translation></message></context>
<context><name>errors</name><message><source>Save report...</source><translation>保存报告…</translation></message></context>
<context><name>errors</name><message><source>Save the report; it holds no names and no images</source><translation>保存报告；其中不含姓名和图像</translation></message></context>
<context><name>errors</name><message><source>Something in Sulcus failed; your masks are safe.</source><translation>Sulcus 中有操作失败；您的掩膜是安全的。</translation></message></context>
<context><name>errors</name><message><source>The mask could not be saved: {} Try again, or lose the changes?</source><translation>无法保存掩膜：{} 重试，还是放弃更改？</translation></message></context>
<context><name>errors</name><message><source>You can go on. Please report the details below.</source><translation>您可以继续工作。请报告下面的详细信息。</translation></message></context>
<context><name>errors</name><message><source>{} more were left aside.</source><translation>另有 {} 项未处理。</translation></message></context>
<context><name>formats</name><message><source>Analyze pairs (.hdr and .img)</source><translation>Analyze 文件对（.hdr 和 .img）</translation></message></context>
<context><name>formats</name><message><source>DICOM label maps</source><translation>DICOM 标签图</translation></message></context>
<context><name>formats</name><message><source>DICOM segmentations</source><translation>DICOM 分割</translation></message></context>
<context><name>formats</name><message><source>DICOM segmentations with the patient's data</source><translation>含患者数据的 DICOM 分割</translation></message></context>
<context><name>formats</name><message><source>DICOM series; goes back to the archive the images came from</source><translation>DICOM 序列；返回图像来源的归档系统</translation></message></context>
<context><name>formats</name><message><source>DICOM series; without the patient's data, for most programs</source><translation>DICOM 序列；不含患者数据，适用于大多数程序</translation></message></context>
<context><name>formats</name><message><source>DICOM series; without the patient's data, small, for newer programs</source><translation>DICOM 序列；不含患者数据，文件小，适用于较新的程序</translation></message></context>
<context><name>formats</name><message><source>MetaImage masks (.mha)</source><translation>MetaImage 掩膜 (.mha)</translation></message></context>
<context><name>formats</name><message><source>NIfTI masks</source><translation>NIfTI 掩膜</translation></message></context>
<context><name>formats</name><message><source>PNG masks</source><translation>PNG 掩膜</translation></message></context>
<context><name>formats</name><message><source>Segmentations of 3D Slicer (.seg.nrrd)</source><translation>3D Slicer 分割 (.seg.nrrd)</translation></message></context>
<context><name>formats</name><message><source>TIFF masks</source><translation>TIFF 掩膜</translation></message></context>
<context><name>formats</name><message><source>masks of Analyze images only: no other format lies where those do</source><translation>仅用于 Analyze 图像的掩膜：其他格式的空间位置与之不同</translation></message></context>
<context><name>formats</name><message><source>pictures and stacks; class indices with the colours as palette</source><translation>图片和图像堆栈；类别索引，以颜色作为调色板</translation></message></context>
<context><name>formats</name><message><source>pictures; class indices with the colours as palette</source><translation>图片；类别索引，以颜色作为调色板</translation></message></context>
<context><name>formats</name><message><source>volumes, for programs made with ITK</source><translation>体数据，适用于基于 ITK 的程序</translation></message></context>
<context><name>formats</name><message><source>volumes, with the image's own geometry</source><translation>体数据，保留图像自身的几何信息</translation></message></context>
<context><name>formats</name><message><source>volumes; names and colours of the classes in the same file</source><translation>体数据；类别名称和颜色在同一文件中</translation></message></context>
<context><name>jobs</name><message><source>Adding a class</source><translation>添加类别</translation></message></context>
<context><name>jobs</name><message><source>Adding the model</source><translation>添加模型</translation></message></context>
<context><name>jobs</name><message><source>Building surfaces</source><translation>构建表面</translation></message></context>
<context><name>jobs</name><message><source>Changing a class</source><translation>更改类别</translation></message></context>
<context><name>jobs</name><message><source>Closing</source><translation>关闭</translation></message></context>
<context><name>jobs</name><message><source>Comparing</source><translation>比较</translation></message></context>
<context><name>jobs</name><message><source>Comparing the readers</source><translation>比较阅片人</translation></message></context>
<context><name>jobs</name><message><source>Confirming</source><translation>确认</translation></message></context>
<context><name>jobs</name><message><source>Copying</source><translation>复制</translation></message></context>
<context><name>jobs</name><message><source>Counting</source><translation>统计</translation></message></context>
<context><name>jobs</name><message><source>Counting values</source><translation>统计强度值</translation></message></context>
<context><name>jobs</name><message><source>Doubt</source><translation>计算不确定度</translation></message></context>
<context><name>jobs</name><message><source>Downloading weights</source><translation>下载权重</translation></message></context>
<context><name>jobs</name><message><source>Drawing small pictures</source><translation>绘制缩略图</translation></message></context>
<context><name>jobs</name><message><source>Drawing surfaces</source><translation>绘制表面</translation></message></context>
<context><name>jobs</name><message><source>Exporting</source><translation>导出</translation></message></context>
<context><name>jobs</name><message><source>Exporting surfaces</source><translation>导出表面</translation></message></context>
<context><name>jobs</name><message><source>Finding what was clicked</source><translation>查找点击位置</translation></message></context>
<context><name>jobs</name><message><source>Going through the history</source><translation>浏览历史</translation></message></context>
<context><name>jobs</name><message><source>Keeping</source><translation>保存掩膜</translation></message></context>
<context><name>jobs</name><message><source>Keeping a comment</source><translation>保存批注</translation></message></context>
<context><name>jobs</name><message><source>Keeping the decision</source><translation>保存决定</translation></message></context>
<context><name>jobs</name><message><source>Keeping what was seen</source><translation>保存已查看记录</translation></message></context>
<context><name>jobs</name><message><source>Learning from corrections</source><translation>从修正中学习</translation></message></context>
<context><name>jobs</name><message><source>Listing</source><translation>读取列表</translation></message></context>
<context><name>jobs</name><message><source>Looking at the file</source><translation>检查文件</translation></message></context>
<context><name>jobs</name><message><source>Looking for weights</source><translation>查找权重</translation></message></context>
<context><name>jobs</name><message><source>Opening</source><translation>打开</translation></message></context>
<context><name>jobs</name><message><source>Planning</source><translation>规划导出</translation></message></context>
<context><name>jobs</name><message><source>Predicting</source><translation>预测</translation></message></context>
<context><name>jobs</name><message><source>Preparing the mask</source><translation>准备掩膜</translation></message></context>
<context><name>jobs</name><message><source>Preparing the picture</source><translation>准备图像</translation></message></context>
<context><name>jobs</name><message><source>Reading the history</source><translation>读取历史</translation></message></context>
<context><name>jobs</name><message><source>Reading the journal</source><translation>读取日志</translation></message></context>
<context><name>jobs</name><message><source>Reading the mask</source><translation>读取掩膜</translation></message></context>
<context><name>jobs</name><message><source>Reading the reviews</source><translation>读取审阅记录</translation></message></context>
<context><name>jobs</name><message><source>Reading what was seen</source><translation>读取已查看记录</translation></message></context>
<context><name>jobs</name><message><source>Refining</source><translation>细化</translation></message></context>
<context><name>jobs</name><message><source>Removing the model</source><translation>移除模型</translation></message></context>
<context><name>jobs</name><message><source>Saving</source><translation>保存</translation></message></context>
<context><name>jobs</name><message><source>Searching</source><translation>搜索</translation></message></context>
<context><name>jobs</name><message><source>Solving step by step</source><translation>逐步求解</translation></message></context>
<context><name>jobs</name><message><source>Starting the engine</source><translation>启动计算引擎</translation></message></context>
<context><name>jobs</name><message><source>Taking a mask over</source><translation>采用掩膜</translation></message></context>
<context><name>jobs</name><message><source>Trying the model</source><translation>试用模型</translation></message></context>
<context><name>jobs</name><message><source>Waiting</source><translation>等待</translation></message></context>
<context><name>jobs</name><message><source>cancelled</source><translation>已取消</translation></message></context>
<context><name>jobs</name><message><source>done</source><translation>完成</translation></message></context>
<context><name>jobs</name><message><source>done {0}</source><translation>完成 {0}</translation></message></context>
<context><name>jobs</name><message><source>done {0}, failed {2}</source><translation>完成 {0}，失败 {2}</translation></message></context>
<context><name>jobs</name><message><source>done {0}, skipped {1} (human)</source><translation>完成 {0}，跳过 {1}（人工）</translation></message></context>
<context><name>jobs</name><message><source>done {0}, skipped {1} (human), failed {2}</source><translation>完成 {0}，跳过 {1}（人工），失败 {2}</translation></message></context>
<context><name>jobs</name><message><source>failed</source><translation>失败</translation></message></context>
<context><name>jobs</name><message><source>running</source><translation>运行中</translation></message></context>
<context><name>jobs</name><message><source>waiting</source><translation>等待中</translation></message></context>
<context><name>jobs</name><message><source>{0} h {1} min left</source><translation>剩余 {0} 小时 {1} 分钟</translation></message></context>
<context><name>jobs</name><message><source>{0} min {1} s</source><translation>{0} 分 {1} 秒</translation></message></context>
<context><name>jobs</name><message><source>{:.0f} s left</source><translation>剩余 {:.0f} 秒</translation></message></context>
<context><name>jobs</name><message><source>{:.1f} s</source><translation>{:.1f} 秒</translation></message></context>
<context><name>jobs</name><message><source>{} min left</source><translation>剩余 {} 分钟</translation></message></context>
<context><name>levels</name><message><source>CT bone</source><translation>CT 骨窗</translation></message></context>
<context><name>levels</name><message><source>CT brain</source><translation>CT 脑窗</translation></message></context>
<context><name>levels</name><message><source>CT lung</source><translation>CT 肺窗</translation></message></context>
<context><name>levels</name><message><source>CT soft tissue</source><translation>CT 软组织窗</translation></message></context>
<context><name>models</name><message><source>0 to 255 becomes -1 to 1</source><translation>0 到 255 变为 -1 到 1</translation></message></context>
<context><name>models</name><message><source>0 to 255 becomes 0 to 1</source><translation>0 到 255 变为 0 到 1</translation></message></context>
<context><name>models</name><message><source>0 to 255 becomes 0 to 1, then ImageNet's mean and deviation</source><translation>0 到 255 变为 0 到 1，再用 ImageNet 的均值和标准差</translation></message></context>
<context><name>models</name><message><source>Began as</source><translation>初始权重</translation></message></context>
<context><name>models</name><message><source>Classes</source><translation>类别</translation></message></context>
<context><name>models</name><message><source>Encoders</source><translation>编码器</translation></message></context>
<context><name>models</name><message><source>Licence</source><translation>许可</translation></message></context>
<context><name>models</name><message><source>Limits</source><translation>局限</translation></message></context>
<context><name>models</name><message><source>Measured</source><translation>实测</translation></message></context>
<context><name>models</name><message><source>Models here</source><translation>本机的模型</translation></message></context>
<context><name>models</name><message><source>Network</source><translation>网络</translation></message></context>
<context><name>models</name><message><source>Networks</source><translation>网络</translation></message></context>
<context><name>models</name><message><source>Paper</source><translation>论文</translation></message></context>
<context><name>models</name><message><source>Parameters</source><translation>参数数量</translation></message></context>
<context><name>models</name><message><source>Percentiles 0.5 to 99.5 become 0 to 1</source><translation>百分位 0.5 到 99.5 变为 0 到 1</translation></message></context>
<context><name>models</name><message><source>Published convolutions</source><translation>论文中的卷积层数</translation></message></context>
<context><name>models</name><message><source>Published field of view</source><translation>论文中的视野</translation></message></context>
<context><name>models</name><message><source>Published multiply-adds</source><translation>论文中的乘加次数</translation></message></context>
<context><name>models</name><message><source>Published parameters</source><translation>论文中的参数数量</translation></message></context>
<context><name>models</name><message><source>Published receptive field</source><translation>论文中的感受野</translation></message></context>
<context><name>models</name><message><source>Published sides</source><translation>论文中的边长</translation></message></context>
<context><name>models</name><message><source>Reads</source><translation>读取</translation></message></context>
<context><name>models</name><message><source>SHA-256 of the data</source><translation>数据的 SHA-256</translation></message></context>
<context><name>models</name><message><source>Sees of the image for one pixel</source><translation>每个像素所见的图像范围</translation></message></context>
<context><name>models</name><message><source>Trained on</source><translation>训练数据</translation></message></context>
<context><name>mouse</name><message><source>Alt + left drag</source><translation>Alt + 左键拖动</translation></message></context>
<context><name>mouse</name><message><source>C held</source><translation>按住 C</translation></message></context>
<context><name>mouse</name><message><source>Compare the masks on its sides</source><translation>比较两侧的掩膜</translation></message></context>
<context><name>mouse</name><message><source>Ctrl + wheel</source><translation>Ctrl + 滚轮</translation></message></context>
<context><name>mouse</name><message><source>Drag the split line</source><translation>拖动分割线</translation></message></context>
<context><name>mouse</name><message><source>Esc</source><translation>Esc</translation></message></context>
<context><name>mouse</name><message><source>Left drag</source><translation>左键拖动</translation></message></context>
<context><name>mouse</name><message><source>Middle drag</source><translation>中键拖动</translation></message></context>
<context><name>mouse</name><message><source>Move the picture</source><translation>移动图像</translation></message></context>
<context><name>mouse</name><message><source>Right drag</source><translation>右键拖动</translation></message></context>
<context><name>mouse</name><message><source>Shift + right drag</source><translation>Shift + 右键拖动</translation></message></context>
<context><name>mouse</name><message><source>Shift + wheel</source><translation>Shift + 滚轮</translation></message></context>
<context><name>mouse</name><message><source>Show the mask before the refinement</source><translation>显示细化之前的掩膜</translation></message></context>
<context><name>mouse</name><message><source>Space + drag</source><translation>空格 + 拖动</translation></message></context>
<context><name>mouse</name><message><source>Take back the stroke under way, or leave the refinement</source><translation>收回正在进行的笔画，或离开细化</translation></message></context>
<context><name>mouse</name><message><source>Use the tool</source><translation>使用工具</translation></message></context>
<context><name>mouse</name><message><source>Wheel</source><translation>滚轮</translation></message></context>
<context><name>operations</name><message><source>And</source><translation>与</translation></message></context>
<context><name>operations</name><message><source>Axis</source><translation>轴</translation></message></context>
<context><name>operations</name><message><source>Becomes</source><translation>变为</translation></message></context>
<context><name>operations</name><message><source>Class</source><translation>类别</translation></message></context>
<context><name>operations</name><message><source>Clear a class</source><translation>清除类别</translation></message></context>
<context><name>operations</name><message><source>Combine with a mask</source><translation>与掩膜合并</translation></message></context>
<context><name>operations</name><message><source>Copy to the next slices</source><translation>复制到后续切片</translation></message></context>
<context><name>operations</name><message><source>Fill between slices</source><translation>切片间填充</translation></message></context>
<context><name>operations</name><message><source>Fill holes</source><translation>填充孔洞</translation></message></context>
<context><name>operations</name><message><source>Grow</source><translation>膨胀</translation></message></context>
<context><name>operations</name><message><source>How</source><translation>方式</translation></message></context>
<context><name>operations</name><message><source>How far</source><translation>距离</translation></message></context>
<context><name>operations</name><message><source>How many slices</source><translation>切片数</translation></message></context>
<context><name>operations</name><message><source>Intersect</source><translation>求交</translation></message></context>
<context><name>operations</name><message><source>Keep the largest part</source><translation>保留最大部分</translation></message></context>
<context><name>operations</name><message><source>Mask</source><translation>掩膜</translation></message></context>
<context><name>operations</name><message><source>Merge into another class</source><translation>并入另一类别</translation></message></context>
<context><name>operations</name><message><source>Next slices</source><translation>后续切片</translation></message></context>
<context><name>operations</name><message><source>Remove small parts</source><translation>移除小区域</translation></message></context>
<context><name>operations</name><message><source>Shrink</source><translation>收缩</translation></message></context>
<context><name>operations</name><message><source>Slice</source><translation>切片</translation></message></context>
<context><name>operations</name><message><source>Slices before</source><translation>之前的切片</translation></message></context>
<context><name>operations</name><message><source>Smaller than</source><translation>小于</translation></message></context>
<context><name>operations</name><message><source>Smooth</source><translation>平滑</translation></message></context>
<context><name>operations</name><message><source>Subtract</source><translation>相减</translation></message></context>
<context><name>operations</name><message><source>Swap two classes</source><translation>交换两个类别</translation></message></context>
<context><name>operations</name><message><source>Towards</source><translation>方向</translation></message></context>
<context><name>operations</name><message><source>Unite</source><translation>合并</translation></message></context>
<context><name>operations</name><message><source>Width</source><translation>宽度</translation></message></context>
<context><name>operations</name><message><source>copies the mask some slices further</source><translation>将掩膜复制到若干切片</translation></message></context>
<context><name>operations</name><message><source>draws a class between two drawn slices</source><translation>在两张已绘制的切片之间绘制类别</translation></message></context>
<context><name>operations</name><message><source>each becomes the other</source><translation>两者互换</translation></message></context>
<context><name>operations</name><message><source>fills background that a class encloses</source><translation>填充被类别包围的背景</translation></message></context>
<context><name>operations</name><message><source>grows a class into the background</source><translation>将类别向背景扩展</translation></message></context>
<context><name>operations</name><message><source>removes all other parts of a class</source><translation>移除类别的所有其他部分</translation></message></context>
<context><name>operations</name><message><source>removes parts below a size</source><translation>移除小于指定大小的部分</translation></message></context>
<context><name>operations</name><message><source>smooths the outlines of all classes</source><translation>平滑所有类别的轮廓</translation></message></context>
<context><name>operations</name><message><source>takes the rim of a class away</source><translation>去除类别的边缘</translation></message></context>
<context><name>operations</name><message><source>turns a class into background</source><translation>将类别变为背景</translation></message></context>
<context><name>operations</name><message><source>turns one class into another</source><translation>将一个类别变为另一个类别</translation></message></context>
<context><name>operations</name><message><source>unites, intersects or subtracts a mask</source><translation>与掩膜求并、交或差</translation></message></context>
<context><name>order</name><message><source>1 = CSF (IBSR, FSL)</source><translation>1 = 脑脊液 CSF（IBSR、FSL）</translation></message></context>
<context><name>order</name><message><source>1 = GM (BIDS)</source><translation>1 = 灰质 GM（BIDS）</translation></message></context>
<context><name>order</name><message><source>Leave the masks out</source><translation>不使用这些掩膜</translation></message></context>
<context><name>order</name><message><source>Standards differ; a wrong answer swaps the tissues in every mask.</source><translation>各标准不同；回答错误会使每个掩膜中的组织互换。</translation></message></context>
<context><name>order</name><message><source>{} masks have no label names. What is 1?</source><translation>{} 个掩膜没有标签名称。1 代表什么？</translation></message></context>
<context><name>parameters</name><message><source>Blur</source><translation>模糊</translation></message></context>
<context><name>parameters</name><message><source>Colour reach</source><translation>颜色作用距离</translation></message></context>
<context><name>parameters</name><message><source>Colour weight</source><translation>颜色权重</translation></message></context>
<context><name>parameters</name><message><source>Colour width</source><translation>颜色宽度</translation></message></context>
<context><name>parameters</name><message><source>Compatibility</source><translation>兼容性</translation></message></context>
<context><name>parameters</name><message><source>Convention</source><translation>约定</translation></message></context>
<context><name>parameters</name><message><source>Dimensions</source><translation>维度</translation></message></context>
<context><name>parameters</name><message><source>Filter size</source><translation>滤波器大小</translation></message></context>
<context><name>parameters</name><message><source>Iterations</source><translation>迭代次数</translation></message></context>
<context><name>parameters</name><message><source>Message weight</source><translation>消息权重</translation></message></context>
<context><name>parameters</name><message><source>Normalisation</source><translation>归一化</translation></message></context>
<context><name>parameters</name><message><source>Smoothness reach</source><translation>平滑作用距离</translation></message></context>
<context><name>parameters</name><message><source>Smoothness weight</source><translation>平滑权重</translation></message></context>
<context><name>parameters</name><message><source>Temperature</source><translation>温度</translation></message></context>
<context><name>parameters</name><message><source>Trust in the network</source><translation>对网络的信任度</translation></message></context>
<context><name>parameters</name><message><source>Window</source><translation>窗口</translation></message></context>
<context><name>parameters</name><message><source>cost of two classes side by side, a row per class; potts: 1 for any two</source><translation>两个类别相邻的代价，每个类别一行；potts：任意两个均为 1</translation></message></context>
<context><name>parameters</name><message><source>factor by which messages are passed on a coarser grid</source><translation>在更粗网格上传递消息的倍数</translation></message></context>
<context><name>parameters</name><message><source>factor on the log-probabilities</source><translation>对数概率的系数</translation></message></context>
<context><name>parameters</name><message><source>k: side of the window a pixel listens to</source><translation>k：影响像素的窗口边长</translation></message></context>
<context><name>parameters</name><message><source>mean-field steps</source><translation>平均场步数</translation></message></context>
<context><name>parameters</name><message><source>shape of the neighbourhood</source><translation>邻域形状</translation></message></context>
<context><name>parameters</name><message><source>share of the messages (released convention only)</source><translation>消息所占比例（仅限发布代码约定）</translation></message></context>
<context><name>parameters</name><message><source>slice by slice, or through the volume</source><translation>逐切片，或贯穿整个体数据</translation></message></context>
<context><name>parameters</name><message><source>softens the probabilities before anything else</source><translation>首先使概率变平缓</translation></message></context>
<context><name>parameters</name><message><source>the paper's equations, or what its released code computes</source><translation>论文的公式，或其发布代码的计算方式</translation></message></context>
<context><name>parameters</name><message><source>theta alpha: how far like colours reach; none: anywhere</source><translation>theta alpha：相似颜色的作用距离；无：任意距离</translation></message></context>
<context><name>parameters</name><message><source>theta beta: how different colours may be and still agree</source><translation>theta beta：仍视为一致的颜色差异</translation></message></context>
<context><name>parameters</name><message><source>theta gamma: how far neighbours reach</source><translation>theta gamma：邻近像素的作用距离</translation></message></context>
<context><name>parameters</name><message><source>w1: how strongly like colours agree</source><translation>w1：相似颜色一致的强度</translation></message></context>
<context><name>parameters</name><message><source>w2: how strongly neighbours agree</source><translation>w2：邻近像素一致的强度</translation></message></context>
<context><name>parameters</name><message><source>whether each kernel is divided by its own sum</source><translation>每个核是否除以自身之和</translation></message></context>
<context><name>settings</name><message><source>A pane beside the planes that shows the classes of a volume as solid bodies</source><translation>在各平面旁以立体形式显示体数据各类别的窗格</translation></message></context>
<context><name>settings</name><message><source>A volume is approved once each slice with a mask was shown in one of the planes</source><translation>含掩膜的每个切片都在某一平面显示过之后，体数据方可通过</translation></message></context>
<context><name>settings</name><message><source>Alt + left drag</source><translation>Alt + 左键拖动</translation></message></context>
<context><name>settings</name><message><source>Approve only what was seen</source><translation>只通过已看过的内容</translation></message></context>
<context><name>settings</name><message><source>As the system</source><translation>跟随系统</translation></message></context>
<context><name>settings</name><message><source>Brush size</source><translation>画笔大小</translation></message></context>
<context><name>settings</name><message><source>Build the surface by itself</source><translation>自动构建表面</translation></message></context>
<context><name>settings</name><message><source>Crosshair</source><translation>十字线</translation></message></context>
<context><name>settings</name><message><source>Ctrl + wheel</source><translation>Ctrl + 滚轮</translation></message></context>
<context><name>settings</name><message><source>Dark</source><translation>深色</translation></message></context>
<context><name>settings</name><message><source>English</source><translation>English</translation></message></context>
<context><name>settings</name><message><source>Erase</source><translation>擦除</translation></message></context>
<context><name>settings</name><message><source>For a screen that others see: no names in the title and the lists</source><translation>供他人可见的屏幕使用：标题和列表中不显示名称</translation></message></context>
<context><name>settings</name><message><source>Hatch what a person corrected</source><translation>以斜线标出人工修正的像素</translation></message></context>
<context><name>settings</name><message><source>Hide names of images</source><translation>隐藏图像名称</translation></message></context>
<context><name>settings</name><message><source>How strongly the mask covers the image when a window opens</source><translation>窗口打开时掩膜覆盖图像的程度</translation></message></context>
<context><name>settings</name><message><source>In sagittal slices</source><translation>在矢状面中</translation></message></context>
<context><name>settings</name><message><source>Interpolates the image where it is enlarged; the mask never</source><translation>放大时对图像插值；掩膜从不插值</translation></message></context>
<context><name>settings</name><message><source>Keeps the folders of the last projects for the File menu; never while names are hidden</source><translation>为“文件”菜单记住最近项目的文件夹；隐藏名称时从不记录</translation></message></context>
<context><name>settings</name><message><source>Language</source><translation>语言</translation></message></context>
<context><name>settings</name><message><source>Light</source><translation>浅色</translation></message></context>
<context><name>settings</name><message><source>Lines between pixels that are at least 12 pixels of the screen large</source><translation>像素在屏幕上至少 12 像素大时显示其间的线</translation></message></context>
<context><name>settings</name><message><source>Lines that show where the planes cross</source><translation>显示切面相交位置的线</translation></message></context>
<context><name>settings</name><message><source>Look</source><translation>外观</translation></message></context>
<context><name>settings</name><message><source>Middle drag</source><translation>中键拖动</translation></message></context>
<context><name>settings</name><message><source>Minimap</source><translation>小地图</translation></message></context>
<context><name>settings</name><message><source>Mouse</source><translation>鼠标</translation></message></context>
<context><name>settings</name><message><source>Move the picture</source><translation>移动图像</translation></message></context>
<context><name>settings</name><message><source>Neurological</source><translation>神经学惯例</translation></message></context>
<context><name>settings</name><message><source>Nose on the right</source><translation>鼻尖朝右</translation></message></context>
<context><name>settings</name><message><source>One</source><translation>一个</translation></message></context>
<context><name>settings</name><message><source>Opacity of the mask</source><translation>掩膜不透明度</translation></message></context>
<context><name>settings</name><message><source>Pixel grid</source><translation>像素网格</translation></message></context>
<context><name>settings</name><message><source>Pixels that neither a network nor the CRF changes unasked</source><translation>网络和 CRF 不会擅自更改的像素</translation></message></context>
<context><name>settings</name><message><source>Planes of a volume</source><translation>体数据的切面</translation></message></context>
<context><name>settings</name><message><source>Remember what was opened</source><translation>记住打开过的内容</translation></message></context>
<context><name>settings</name><message><source>Review</source><translation>审阅</translation></message></context>
<context><name>settings</name><message><source>Right drag</source><translation>右键拖动</translation></message></context>
<context><name>settings</name><message><source>Shift + right drag</source><translation>Shift + 右键拖动</translation></message></context>
<context><name>settings</name><message><source>Shift + wheel</source><translation>Shift + 滚轮</translation></message></context>
<context><name>settings</name><message><source>Slice</source><translation>切片</translation></message></context>
<context><name>settings</name><message><source>Smooth pixels</source><translation>平滑像素</translation></message></context>
<context><name>settings</name><message><source>Surface of the mask</source><translation>掩膜表面</translation></message></context>
<context><name>settings</name><message><source>The patient's left is on the left of the screen; otherwise on the right, as radiologists look at it</source><translation>患者左侧显示在屏幕左侧；否则在右侧，即放射科医生的看法</translation></message></context>
<context><name>settings</name><message><source>The whole picture in a corner while only a part of it is seen</source><translation>只看到局部时，在角落显示整幅图像</translation></message></context>
<context><name>settings</name><message><source>Theme</source><translation>主题</translation></message></context>
<context><name>settings</name><message><source>Three alike</source><translation>三个等大</translation></message></context>
<context><name>settings</name><message><source>Three, one of them large</source><translation>三个，其中一个较大</translation></message></context>
<context><name>settings</name><message><source>Volumes</source><translation>体数据</translation></message></context>
<context><name>settings</name><message><source>Wheel</source><translation>滚轮</translation></message></context>
<context><name>settings</name><message><source>Whenever the mask has changed; very large volumes wait until they are told to</source><translation>掩膜变化后即重建；非常大的体数据等待手动构建</translation></message></context>
<context><name>settings</name><message><source>Window and level</source><translation>窗宽窗位</translation></message></context>
<context><name>settings</name><message><source>With the tool that moves the picture in hand, there is nothing to erase: window and level instead</source><translation>使用移动图像的工具时没有可擦除的内容，改为调整窗宽窗位</translation></message></context>
<context><name>settings</name><message><source>Zoom</source><translation>缩放</translation></message></context>
<context><name>settings</name><message><source>简体中文</source><translation>简体中文</translation></message></context>
<context><name>showing</name><message><source>All files (*)</source><translation>所有文件 (*)</translation></message></context>
<context><name>showing</name><message><source>Export the surfaces of the classes that are shown</source><translation>导出所显示类别的表面</translation></message></context>
<context><name>showing</name><message><source>Go to image</source><translation>转到图像</translation></message></context>
<context><name>showing</name><message><source>Images and volumes ({})</source><translation>图像和体数据 ({})</translation></message></context>
<context><name>showing</name><message><source>Number, from 1 to {}</source><translation>编号，从 1 到 {}</translation></message></context>
<context><name>showing</name><message><source>One PLY with the colours (*.ply)</source><translation>带颜色的单个 PLY (*.ply)</translation></message></context>
<context><name>showing</name><message><source>One STL for each class (*.stl)</source><translation>每个类别一个 STL (*.stl)</translation></message></context>
<context><name>showing</name><message><source>Open</source><translation>打开</translation></message></context>
<context><name>showing</name><message><source>Open a folder of images, or a .sulcus project</source><translation>打开图像文件夹或 .sulcus 项目</translation></message></context>
<context><name>showing</name><message><source>Projects (*.sulcus)</source><translation>项目 (*.sulcus)</translation></message></context>
<context><name>showing</name><message><source>Save what is left as a new project</source><translation>将剩余内容另存为新项目</translation></message></context>
<context><name>showing</name><message><source>{} images were copied into the project.</source><translation>已将 {} 幅图像复制到项目中。</translation></message></context>
<context><name>states</name><message><source>adjudicated</source><translation>已裁定</translation></message></context>
<context><name>states</name><message><source>approved</source><translation>已通过</translation></message></context>
<context><name>states</name><message><source>in review</source><translation>审阅中</translation></message></context>
<context><name>states</name><message><source>needs second reader</source><translation>需要第二阅片者</translation></message></context>
<context><name>states</name><message><source>new</source><translation>新</translation></message></context>
<context><name>states</name><message><source>predicted</source><translation>已预测</translation></message></context>
<context><name>states</name><message><source>rejected</source><translation>已退回</translation></message></context>
<context><name>steps</name><message><source>A reader's mask taken over</source><translation>采用了阅片人的掩膜</translation></message></context>
<context><name>steps</name><message><source>CRF</source><translation>CRF</translation></message></context>
<context><name>steps</name><message><source>Confirmed</source><translation>已确认</translation></message></context>
<context><name>steps</name><message><source>Delete region</source><translation>删除区域</translation></message></context>
<context><name>steps</name><message><source>Imported mask</source><translation>导入的掩膜</translation></message></context>
<context><name>steps</name><message><source>Kept mask</source><translation>保留的掩膜</translation></message></context>
<context><name>steps</name><message><source>Predicted by {}</source><translation>由 {} 预测</translation></message></context>
<context><name>steps</name><message><source>Put back for the second reader</source><translation>为第二阅片人还原</translation></message></context>
<context><name>steps</name><message><source>Refined by the ConvCRF</source><translation>由 ConvCRF 细化</translation></message></context>
<context><name>steps</name><message><source>Refined by the dense CRF</source><translation>由全连接 CRF 细化</translation></message></context>
<context><name>steps</name><message><source>a model</source><translation>模型</translation></message></context>
<context><name>steps</name><message><source>confirmed</source><translation>已确认</translation></message></context>
<context><name>steps</name><message><source>imported</source><translation>导入</translation></message></context>
<context><name>steps</name><message><source>model</source><translation>模型</translation></message></context>
<context><name>steps</name><message><source>painted</source><translation>绘制</translation></message></context>
<context><name>steps</name><message><source>untouched</source><translation>未处理</translation></message></context>
<context><name>take over</name><message><source>All finished strokes are kept. The other window cannot change the project any more, and a stroke that is being drawn there now is lost. Only do this if nobody works there.</source><translation>所有已完成的笔画都会保留。另一个窗口将无法再更改项目，正在那里绘制的笔画会丢失。仅在无人使用时才这样做。</translation></message></context>
<context><name>take over</name><message><source>Only look</source><translation>仅查看</translation></message></context>
<context><name>take over</name><message><source>Take over</source><translation>接管</translation></message></context>
<context><name>take over</name><message><source>Take the project over from {}?</source><translation>从 {} 接管此项目吗？</translation></message></context>
<context><name>take over</name><message><source>another Sulcus</source><translation>另一个 Sulcus</translation></message></context>
<context><name>tools</name><message><source>3-D</source><translation>三维</translation></message></context>
<context><name>tools</name><message><source>Brush</source><translation>画笔</translation></message></context>
<context><name>tools</name><message><source>CRF brush</source><translation>CRF 画笔</translation></message></context>
<context><name>tools</name><message><source>Click a pixel of the class</source><translation>点击该类别的一个像素</translation></message></context>
<context><name>tools</name><message><source>Click an area. Right button: erase</source><translation>点击一个区域。右键：擦除</translation></message></context>
<context><name>tools</name><message><source>Click corners; first corner, double click or Enter closes. Shift: 45 degrees. Backspace: last corner</source><translation>逐点点击；点击起点、双击或按回车闭合。Shift：45 度。退格：撤去上一点</translation></message></context>
<context><name>tools</name><message><source>Click measures</source><translation>点击测量</translation></message></context>
<context><name>tools</name><message><source>Connected</source><translation>仅连通</translation></message></context>
<context><name>tools</name><message><source>Connected part</source><translation>连通部分</translation></message></context>
<context><name>tools</name><message><source>Drag a box</source><translation>拖出一个方框</translation></message></context>
<context><name>tools</name><message><source>Drag around an area. Right button: erase</source><translation>沿区域拖动一圈。右键：擦除</translation></message></context>
<context><name>tools</name><message><source>Drag to move the image; Space does so with any tool</source><translation>拖动以移动图像；使用任何工具时按住空格亦可</translation></message></context>
<context><name>tools</name><message><source>Drag: length. Click: area and volume</source><translation>拖动：长度。点击：面积和体积</translation></message></context>
<context><name>tools</name><message><source>Eraser</source><translation>橡皮擦</translation></message></context>
<context><name>tools</name><message><source>Flood fill</source><translation>填充</translation></message></context>
<context><name>tools</name><message><source>Lasso</source><translation>套索</translation></message></context>
<context><name>tools</name><message><source>Magic wand</source><translation>魔棒</translation></message></context>
<context><name>tools</name><message><source>Measure</source><translation>测量</translation></message></context>
<context><name>tools</name><message><source>Paint over a rough border</source><translation>在粗糙的边界上涂抹</translation></message></context>
<context><name>tools</name><message><source>Pan and select</source><translation>平移与选择</translation></message></context>
<context><name>tools</name><message><source>Pick a class</source><translation>拾取类别</translation></message></context>
<context><name>tools</name><message><source>Polygon</source><translation>多边形</translation></message></context>
<context><name>tools</name><message><source>Press and drag: right or up widens the tolerance. Right button: erase</source><translation>按下并拖动：向右或向上增大容差。右键：擦除</translation></message></context>
<context><name>tools</name><message><source>Press on the brightness to paint. Right button: erase</source><translation>在要涂的亮度上按下。右键：擦除</translation></message></context>
<context><name>tools</name><message><source>Pressure</source><translation>压感</translation></message></context>
<context><name>tools</name><message><source>Reach</source><translation>范围</translation></message></context>
<context><name>tools</name><message><source>Refine a box</source><translation>细化方框</translation></message></context>
<context><name>tools</name><message><source>Round</source><translation>圆形</translation></message></context>
<context><name>tools</name><message><source>Scribble</source><translation>涂鸦</translation></message></context>
<context><name>tools</name><message><source>Scribble on each class, right button for background; Enter keeps, Escape leaves</source><translation>在每个类别上涂几笔，右键为背景；回车保留，Esc 放弃</translation></message></context>
<context><name>tools</name><message><source>Shape</source><translation>形状</translation></message></context>
<context><name>tools</name><message><source>Shift+B</source><translation>Shift+B 键</translation></message></context>
<context><name>tools</name><message><source>Shift+click: straight line</source><translation>Shift+点击：直线</translation></message></context>
<context><name>tools</name><message><source>Shift+click: straight line. Right button: erase</source><translation>Shift+点击：直线。右键：擦除</translation></message></context>
<context><name>tools</name><message><source>Size</source><translation>大小</translation></message></context>
<context><name>tools</name><message><source>Square</source><translation>方形</translation></message></context>
<context><name>tools</name><message><source>Threshold brush</source><translation>阈值画笔</translation></message></context>
<context><name>tools</name><message><source>Tolerance</source><translation>容差</translation></message></context>
<context><name>tools</name><message><source>Whole class</source><translation>整个类别</translation></message></context>
<context><name>tools</name><message><source>[ ], Shift+wheel</source><translation>[ ]，Shift+滚轮</translation></message></context>
<context><name>tools</name><message><source>a ball in millimetres, through neighbouring slices</source><translation>以毫米计的球，贯穿相邻切片</translation></message></context>
<context><name>tools</name><message><source>a length, or an area and a volume</source><translation>长度，或面积和体积</translation></message></context>
<context><name>tools</name><message><source>choose the class under the pointer</source><translation>选择指针下的类别</translation></message></context>
<context><name>tools</name><message><source>drag</source><translation>拖动</translation></message></context>
<context><name>tools</name><message><source>give the class to connected pixels of one class</source><translation>把类别赋给同一类别的连通像素</translation></message></context>
<context><name>tools</name><message><source>give the class to connected pixels that look alike</source><translation>把类别赋给相似的连通像素</translation></message></context>
<context><name>tools</name><message><source>how far beyond the scribbles they may spread, of their own extent</source><translation>涂鸦可扩展到自身范围之外多远（占自身范围的比例）</translation></message></context>
<context><name>tools</name><message><source>how far intensities may lie from that of the pressed pixel</source><translation>灰度与按下像素相差多少以内</translation></message></context>
<context><name>tools</name><message><source>let the CRF refine under the brush</source><translation>让 CRF 细化画笔经过之处</translation></message></context>
<context><name>tools</name><message><source>let the CRF refine what lies in a box</source><translation>让 CRF 细化方框内的部分</translation></message></context>
<context><name>tools</name><message><source>look around</source><translation>四处查看</translation></message></context>
<context><name>tools</name><message><source>mark a few pixels that the CRF spreads</source><translation>标出少数像素，由 CRF 扩展</translation></message></context>
<context><name>tools</name><message><source>only what is joined to the pressed pixel, not all that is alike</source><translation>只取与按下像素相连的部分，而非所有相似之处</translation></message></context>
<context><name>tools</name><message><source>only what is joined to the pressed pixel, not the class everywhere</source><translation>只取与按下像素相连的部分，而非整个类别</translation></message></context>
<context><name>tools</name><message><source>paint background</source><translation>绘制背景</translation></message></context>
<context><name>tools</name><message><source>paint only pixels that are as bright as the one pressed</source><translation>只涂与按下像素亮度相近的像素</translation></message></context>
<context><name>tools</name><message><source>paint the chosen class</source><translation>绘制所选类别</translation></message></context>
<context><name>tools</name><message><source>paint what lies within corners</source><translation>涂满各顶点围成的区域</translation></message></context>
<context><name>tools</name><message><source>paint what the pointer goes around</source><translation>涂满指针圈出的区域</translation></message></context>
<context><name>tools</name><message><source>radius of the brush</source><translation>画笔半径</translation></message></context>
<context><name>tools</name><message><source>the connected part under the pointer, or all of its class</source><translation>指针下的连通部分，或其整个类别</translation></message></context>
<context><name>tools</name><message><source>the pressure of a pen sets the size</source><translation>笔的压力决定大小</translation></message></context>
<context><name>tools</name><message><source>what the brush leaves</source><translation>画笔留下的形状</translation></message></context>
</TS>
