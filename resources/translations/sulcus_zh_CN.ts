<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>BeliefMap</name>
    <message>
        <source>Belief map</source>
        <translation>置信图</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>ConvCRF</source>
        <translation>ConvCRF</translation>
    </message>
    <message>
        <source>Fully connected</source>
        <translation>全连接</translation>
    </message>
    <message>
        <source>Open an image, a folder or a volume, or drop it here</source>
        <translation>打开图像、文件夹或体数据，或将其拖放到此处</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
</context>
<context>
    <name>CasesPanel</name>
    <message>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
</context>
<context>
    <name>ClassesPanel</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>{} pixels</source>
        <translation>{} 个像素</translation>
    </message>
</context>
<context>
    <name>CompatibilityDialog</name>
    <message>
        <source>A cost for each pair of classes</source>
        <translation>为每对类别指定代价</translation>
    </message>
    <message>
        <source>Both ways alike</source>
        <translation>双向相同</translation>
    </message>
    <message>
        <source>Compatibility of classes</source>
        <translation>类别兼容性</translation>
    </message>
    <message>
        <source>Cost of two classes side by side</source>
        <translation>两个类别相邻的代价</translation>
    </message>
    <message>
        <source>Cost of {} beside {}</source>
        <translation>{} 与 {} 相邻的代价</translation>
    </message>
    <message>
        <source>Potts: any two classes cost 1</source>
        <translation>Potts：任意两个不同类别的代价为 1</translation>
    </message>
    <message>
        <source>The cost for a pixel of the class of the row beside one of the class of the column; a negative cost attracts.</source>
        <translation>行类别的像素与列类别的像素相邻的代价；负值表示相互吸引。</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Choose...</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export masks</source>
        <translation>导出掩膜</translation>
    </message>
    <message>
        <source>Files that will be written</source>
        <translation>将要写入的文件</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder for the masks</source>
        <translation>存放掩膜的文件夹</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>In the format of each image</source>
        <translation>与各图像相同的格式</translation>
    </message>
    <message>
        <source>Without a mask: {}</source>
        <translation>没有掩膜：{}</translation>
    </message>
    <message>
        <source>Writes</source>
        <translation>写入</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Confirm what stands above the image first</source>
        <translation>请先确认图像上方的提示</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>主工具栏</translation>
    </message>
    <message>
        <source>Mask opacity {:.0%}</source>
        <translation>掩膜不透明度 {:.0%}</translation>
    </message>
    <message>
        <source>{} masks exported</source>
        <translation>已导出 {} 个掩膜</translation>
    </message>
</context>
<context>
    <name>ModelPanel</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Checkpoints (*.safetensors)</source>
        <translation>检查点 (*.safetensors)</translation>
    </message>
    <message>
        <source>Choose a checkpoint</source>
        <translation>选择检查点</translation>
    </message>
    <message>
        <source>Choose a checkpoint of your own (.safetensors)</source>
        <translation>选择您自己的检查点 (.safetensors)</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Predict this image</source>
        <translation>预测此图像</translation>
    </message>
    <message>
        <source>Weights...</source>
        <translation>权重…</translation>
    </message>
</context>
<context>
    <name>NoticesPanel</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>I have checked this</source>
        <translation>我已核对</translation>
    </message>
    <message>
        <source>Notices of this image</source>
        <translation>此图像的提示</translation>
    </message>
</context>
<context>
    <name>ParameterRows</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Potts...</source>
        <translation>Potts…</translation>
    </message>
    <message>
        <source>Table of {} classes...</source>
        <translation>{} 个类别的表格…</translation>
    </message>
</context>
<context>
    <name>PartsDialog</name>
    <message>
        <source>Images to open</source>
        <translation>要打开的图像</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open images</source>
        <translation>打开图像</translation>
    </message>
    <message>
        <source>Several images were found. Untick what you do not need.</source>
        <translation>找到多个图像。请取消勾选不需要的图像。</translation>
    </message>
</context>
<context>
    <name>PlaneSigns</name>
    <message>
        <source>Axial</source>
        <translation>横断面</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状面</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状面</translation>
    </message>
    <message>
        <source>oblique {:.0f}°</source>
        <translation>倾斜 {:.0f}°</translation>
    </message>
</context>
<context>
    <name>PlanesPresenter</name>
    <message>
        <source>Neurological: patient left is on the left</source>
        <translation>神经学惯例：患者左侧在左</translation>
    </message>
    <message>
        <source>Radiological: patient left is on the right</source>
        <translation>放射学惯例：患者左侧在右</translation>
    </message>
</context>
<context>
    <name>RefinePanel</name>
    <message>
        <source>, coarse; the exact one follows</source>
        <translation>，粗略结果；精确结果随后显示</translation>
    </message>
    <message>
        <source>Applied in {:.1f} s; in total:</source>
        <translation>已应用，用时 {:.1f} 秒；合计：</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Apply to</source>
        <translation>应用到</translation>
    </message>
    <message>
        <source>Back to the defaults</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>CRF</source>
        <translation>CRF</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>比较对象</translation>
    </message>
    <message>
        <source>ConvCRF</source>
        <translation>ConvCRF</translation>
    </message>
    <message>
        <source>Fit to corrections</source>
        <translation>根据修正拟合</translation>
    </message>
    <message>
        <source>Flash changed pixels (Shift+S)</source>
        <translation>闪烁显示改变的像素 (Shift+S)</translation>
    </message>
    <message>
        <source>Fully connected</source>
        <translation>全连接</translation>
    </message>
    <message>
        <source>Keep the refined mask as one step of undo (Enter)</source>
        <translation>将细化后的掩膜保留为一个可撤销步骤 (Enter)</translation>
    </message>
    <message>
        <source>Learn the values from what was painted by hand</source>
        <translation>从手工绘制的内容学习参数值</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>Leave everything as it was (Esc)</source>
        <translation>一切保持原样 (Esc)</translation>
    </message>
    <message>
        <source>Mean Dice on held-out corrections: {:.3f} before, {:.3f} after.</source>
        <translation>留出修正上的平均 Dice：之前 {:.3f}，之后 {:.3f}。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Nothing better was found; the sliders stay.</source>
        <translation>没有找到更好的值；滑块保持不变。</translation>
    </message>
    <message>
        <source>Only the released convention weighs messages so; see Convention</source>
        <translation>只有“发布代码”约定才这样加权消息；参见“约定”</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Refine (CRF)</source>
        <translation>细化 (CRF)</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>保存预设</translation>
    </message>
    <message>
        <source>Save these values as a preset of the project</source>
        <translation>将这些值保存为项目预设</translation>
    </message>
    <message>
        <source>Slices from</source>
        <translation>切片范围</translation>
    </message>
    <message>
        <source>Split before/after (S)</source>
        <translation>前后对比分割线 (S)</translation>
    </message>
    <message>
        <source>Steps...</source>
        <translation>步骤…</translation>
    </message>
    <message>
        <source>The fully connected CRF has no window: every pixel hears every other</source>
        <translation>全连接 CRF 没有窗口：每个像素都与所有其他像素相连</translation>
    </message>
    <message>
        <source>This slice</source>
        <translation>此切片</translation>
    </message>
    <message>
        <source>This view</source>
        <translation>此视图</translation>
    </message>
    <message>
        <source>Use the new values? They are kept as 'fitted'.</source>
        <translation>使用新值吗？新值保存为“fitted”。</translation>
    </message>
    <message>
        <source>What the CRF believes after each iteration</source>
        <translation>CRF 每次迭代后的置信度</translation>
    </message>
    <message>
        <source>What the split line compares the preview with</source>
        <translation>分割线将预览与什么比较</translation>
    </message>
    <message>
        <source>Whether a pixel listens to a window around it, or to all pixels</source>
        <translation>像素只受周围窗口影响，还是受所有像素影响</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>整幅图像</translation>
    </message>
    <message>
        <source>Whole volume</source>
        <translation>整个体数据</translation>
    </message>
    <message>
        <source>nothing changed</source>
        <translation>没有改变</translation>
    </message>
    <message>
        <source>with the mask before</source>
        <translation>与之前的掩膜</translation>
    </message>
    <message>
        <source>with the other CRF</source>
        <translation>与另一种 CRF</translation>
    </message>
    <message>
        <source>{:.0f} ms</source>
        <translation>{:.0f} 毫秒</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Some settings cannot be: {}. Their defaults are used.</source>
        <translation>有些设置的值无效：{}。已使用其默认值。</translation>
    </message>
    <message>
        <source>The settings cannot be read; the defaults are used.</source>
        <translation>无法读取设置；已使用默认值。</translation>
    </message>
    <message>
        <source>The settings cannot be read; the defaults are used. The old file is kept as '{}'.</source>
        <translation>无法读取设置；已使用默认值。旧文件保留为“{}”。</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Back to the default: {}</source>
        <translation>恢复默认值：{}</translation>
    </message>
    <message>
        <source>No setting has this word.</source>
        <translation>没有包含此词的设置。</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Does</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Keyboard and mouse</source>
        <translation>键盘与鼠标</translation>
    </message>
</context>
<context>
    <name>SliceRange</name>
    <message>
        <source>First slice</source>
        <translation>第一个切片</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>最后一个切片</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
</context>
<context>
    <name>SlicesPanel</name>
    <message>
        <source>Axial</source>
        <translation>横断面</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状面</translation>
    </message>
    <message>
        <source>Plane</source>
        <translation>平面</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状面</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>切片</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>第 {} / {} 张</translation>
    </message>
</context>
<context>
    <name>StatusPanel</name>
    <message>
        <source>, {:.0f} s left</source>
        <translation>，剩余 {:.0f} 秒</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the running job</source>
        <translation>取消正在运行的任务</translation>
    </message>
    <message>
        <source>Cancelled; everything is as it was</source>
        <translation>已取消；一切保持原样</translation>
    </message>
    <message>
        <source>Progress of the running job</source>
        <translation>当前任务的进度</translation>
    </message>
    <message>
        <source>device: not asked yet</source>
        <translation>设备：尚未查询</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>已忽略</translation>
    </message>
    <message>
        <source>saved {}</source>
        <translation>已保存 {}</translation>
    </message>
    <message>
        <source>unsaved</source>
        <translation>未保存</translation>
    </message>
</context>
<context>
    <name>StepsDialog</name>
    <message>
        <source>Belief after iteration {} of {}: {} pixels changed their class</source>
        <translation>第 {} / {} 次迭代后的置信度：{} 个像素改变了类别</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation>迭代</translation>
    </message>
    <message>
        <source>Score map: what the unary says before any iteration</source>
        <translation>得分图：任何迭代之前的一元项</translation>
    </message>
    <message>
        <source>Solving...</source>
        <translation>正在求解…</translation>
    </message>
    <message>
        <source>Steps of the CRF</source>
        <translation>CRF 的步骤</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Tool options</source>
        <translation>工具选项</translation>
    </message>
</context>
<context>
    <name>ToolsPanel</name>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>ValueSlider</name>
    <message>
        <source>Off: leave it out</source>
        <translation>关闭：不使用此项</translation>
    </message>
    <message>
        <source>use {}</source>
        <translation>使用{}</translation>
    </message>
</context>
<context>
    <name>about</name>
    <message>
        <source>About Sulcus</source>
        <translation>关于 Sulcus</translation>
    </message>
    <message>
        <source>Images and MRI volumes to trustworthy segmentation masks.

For research and dataset work; not a medical device. Nothing leaves this machine.

Apache License 2.0.</source>
        <translation>从图像和 MRI 体数据到值得信赖的分割掩膜。

用于科研和数据集制作；不是医疗器械。任何数据都不会离开这台计算机。

Apache License 2.0。</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>前往(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Mask</source>
        <translation>掩膜(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Review</source>
        <translation>审阅(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>3-D brush</source>
        <translation>三维画笔</translation>
    </message>
    <message>
        <source>About Sulcus</source>
        <translation>关于 Sulcus</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Brush half as large</source>
        <translation>画笔缩小一半</translation>
    </message>
    <message>
        <source>Brush twice as large</source>
        <translation>画笔放大一倍</translation>
    </message>
    <message>
        <source>Choose a class</source>
        <translation>选择类别</translation>
    </message>
    <message>
        <source>Class 1</source>
        <translation>类别 1</translation>
    </message>
    <message>
        <source>Class 2</source>
        <translation>类别 2</translation>
    </message>
    <message>
        <source>Class 3</source>
        <translation>类别 3</translation>
    </message>
    <message>
        <source>Class 4</source>
        <translation>类别 4</translation>
    </message>
    <message>
        <source>Class 5</source>
        <translation>类别 5</translation>
    </message>
    <message>
        <source>Class 6</source>
        <translation>类别 6</translation>
    </message>
    <message>
        <source>Class 7</source>
        <translation>类别 7</translation>
    </message>
    <message>
        <source>Class 8</source>
        <translation>类别 8</translation>
    </message>
    <message>
        <source>Class 9</source>
        <translation>类别 9</translation>
    </message>
    <message>
        <source>Close image</source>
        <translation>关闭图像</translation>
    </message>
    <message>
        <source>Compatibility of classes...</source>
        <translation>类别兼容性…</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Export masks...</source>
        <translation>导出掩膜…</translation>
    </message>
    <message>
        <source>Fainter mask</source>
        <translation>减淡掩膜</translation>
    </message>
    <message>
        <source>Fill the classes, or outline them</source>
        <translation>填充或描边显示类别</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Flash changed pixels</source>
        <translation>闪烁显示改变的像素</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Hatch what a person corrected</source>
        <translation>以斜线标出人工修正的像素</translation>
    </message>
    <message>
        <source>Keep the refined preview</source>
        <translation>保留细化预览</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>增大画笔</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>下一幅图像</translation>
    </message>
    <message>
        <source>Next layout of the planes</source>
        <translation>下一种切面布局</translation>
    </message>
    <message>
        <source>Next plane</source>
        <translation>下一个切面</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>下一张切片</translation>
    </message>
    <message>
        <source>Nose on the left or on the right</source>
        <translation>鼻尖朝左或朝右</translation>
    </message>
    <message>
        <source>Open files...</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open the sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <source>Pixel grid</source>
        <translation>像素网格</translation>
    </message>
    <message>
        <source>Planes of a volume</source>
        <translation>体数据的切面</translation>
    </message>
    <message>
        <source>Predict this image</source>
        <translation>预测此图像</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>上一幅图像</translation>
    </message>
    <message>
        <source>Previous plane</source>
        <translation>上一个切面</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>上一张切片</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Radiological or neurological</source>
        <translation>放射学或神经学惯例</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Refine the whole volume</source>
        <translation>细化整个体数据</translation>
    </message>
    <message>
        <source>Reset layout</source>
        <translation>重置布局</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Settings...</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Show or hide names of images</source>
        <translation>显示或隐藏图像名称</translation>
    </message>
    <message>
        <source>Show or hide the mask</source>
        <translation>显示或隐藏掩膜</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>减小画笔</translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation>平滑像素</translation>
    </message>
    <message>
        <source>Split before/after</source>
        <translation>前后对比分割线</translation>
    </message>
    <message>
        <source>Split line to the left</source>
        <translation>分割线左移</translation>
    </message>
    <message>
        <source>Split line to the right</source>
        <translation>分割线右移</translation>
    </message>
    <message>
        <source>Steps of the CRF...</source>
        <translation>CRF 的步骤…</translation>
    </message>
    <message>
        <source>Stronger mask</source>
        <translation>加深掩膜</translation>
    </message>
    <message>
        <source>Ten slices down</source>
        <translation>向下十张切片</translation>
    </message>
    <message>
        <source>Ten slices up</source>
        <translation>向上十张切片</translation>
    </message>
    <message>
        <source>This plane alone, or all</source>
        <translation>仅此切面或全部切面</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>Something in Sulcus failed; your masks are safe.</source>
        <translation>Sulcus 中有操作失败；您的掩膜是安全的。</translation>
    </message>
    <message>
        <source>The mask could not be saved: {} Close and lose the changes?</source>
        <translation>无法保存掩膜：{} 要关闭并放弃更改吗？</translation>
    </message>
    <message>
        <source>You can go on. Please report the details below.</source>
        <translation>您可以继续工作。请报告下面的详细信息。</translation>
    </message>
    <message>
        <source>{} more were left aside.</source>
        <translation>另有 {} 项未处理。</translation>
    </message>
</context>
<context>
    <name>formats</name>
    <message>
        <source>Analyze pairs (.hdr and .img)</source>
        <translation>Analyze 文件对（.hdr 和 .img）</translation>
    </message>
    <message>
        <source>DICOM label maps</source>
        <translation>DICOM 标签图</translation>
    </message>
    <message>
        <source>DICOM segmentations</source>
        <translation>DICOM 分割</translation>
    </message>
    <message>
        <source>DICOM segmentations with the patient's data</source>
        <translation>含患者数据的 DICOM 分割</translation>
    </message>
    <message>
        <source>DICOM series; goes back to the archive the images came from</source>
        <translation>DICOM 序列；返回图像来源的归档系统</translation>
    </message>
    <message>
        <source>DICOM series; without the patient's data, for most programs</source>
        <translation>DICOM 序列；不含患者数据，适用于大多数程序</translation>
    </message>
    <message>
        <source>DICOM series; without the patient's data, small, for newer programs</source>
        <translation>DICOM 序列；不含患者数据，文件小，适用于较新的程序</translation>
    </message>
    <message>
        <source>MetaImage masks (.mha)</source>
        <translation>MetaImage 掩膜 (.mha)</translation>
    </message>
    <message>
        <source>NIfTI masks</source>
        <translation>NIfTI 掩膜</translation>
    </message>
    <message>
        <source>PNG masks</source>
        <translation>PNG 掩膜</translation>
    </message>
    <message>
        <source>Segmentations of 3D Slicer (.seg.nrrd)</source>
        <translation>3D Slicer 分割 (.seg.nrrd)</translation>
    </message>
    <message>
        <source>TIFF masks</source>
        <translation>TIFF 掩膜</translation>
    </message>
    <message>
        <source>masks of Analyze images only: no other format lies where those do</source>
        <translation>仅用于 Analyze 图像的掩膜：其他格式的空间位置与之不同</translation>
    </message>
    <message>
        <source>pictures and stacks; class indices with the colours as palette</source>
        <translation>图片和图像堆栈；类别索引，以颜色作为调色板</translation>
    </message>
    <message>
        <source>pictures; class indices with the colours as palette</source>
        <translation>图片；类别索引，以颜色作为调色板</translation>
    </message>
    <message>
        <source>volumes, for programs made with ITK</source>
        <translation>体数据，适用于基于 ITK 的程序</translation>
    </message>
    <message>
        <source>volumes, with the image's own geometry</source>
        <translation>体数据，保留图像自身的几何信息</translation>
    </message>
    <message>
        <source>volumes; names and colours of the classes in the same file</source>
        <translation>体数据；类别名称和颜色在同一文件中</translation>
    </message>
</context>
<context>
    <name>mouse</name>
    <message>
        <source>Brush size</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>C held</source>
        <translation>按住 C</translation>
    </message>
    <message>
        <source>Compare the masks on its sides</source>
        <translation>比较两侧的掩膜</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>Drag the split line</source>
        <translation>拖动分割线</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>左键拖动</translation>
    </message>
    <message>
        <source>Middle drag, Space + drag</source>
        <translation>中键拖动，空格 + 拖动</translation>
    </message>
    <message>
        <source>Move the picture</source>
        <translation>移动图像</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>右键拖动</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Shift + 滚轮</translation>
    </message>
    <message>
        <source>Show the mask before the refinement</source>
        <translation>显示细化之前的掩膜</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>切片</translation>
    </message>
    <message>
        <source>Take back the stroke under way, or leave the refinement</source>
        <translation>收回正在进行的笔画，或离开细化</translation>
    </message>
    <message>
        <source>Use the tool</source>
        <translation>使用工具</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
</context>
<context>
    <name>operations</name>
    <message>
        <source>Clear a class</source>
        <translation>清除类别</translation>
    </message>
    <message>
        <source>Combine with a mask</source>
        <translation>与掩膜合并</translation>
    </message>
    <message>
        <source>Copy to the next slice</source>
        <translation>复制到下一张切片</translation>
    </message>
    <message>
        <source>Fill between slices</source>
        <translation>切片间填充</translation>
    </message>
    <message>
        <source>Fill holes</source>
        <translation>填充孔洞</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>膨胀</translation>
    </message>
    <message>
        <source>Keep the largest part</source>
        <translation>保留最大部分</translation>
    </message>
    <message>
        <source>Merge into another class</source>
        <translation>并入另一类别</translation>
    </message>
    <message>
        <source>Remove small parts</source>
        <translation>移除小区域</translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation>收缩</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Swap two classes</source>
        <translation>交换两个类别</translation>
    </message>
    <message>
        <source>copies a class one slice further</source>
        <translation>将类别复制到下一张切片</translation>
    </message>
    <message>
        <source>draws a class between two drawn slices</source>
        <translation>在两张已绘制的切片之间绘制类别</translation>
    </message>
    <message>
        <source>each becomes the other</source>
        <translation>两者互换</translation>
    </message>
    <message>
        <source>fills background that a class encloses</source>
        <translation>填充被类别包围的背景</translation>
    </message>
    <message>
        <source>grows a class into the background</source>
        <translation>将类别向背景扩展</translation>
    </message>
    <message>
        <source>removes all other parts of a class</source>
        <translation>移除类别的所有其他部分</translation>
    </message>
    <message>
        <source>removes parts below a size</source>
        <translation>移除小于指定大小的部分</translation>
    </message>
    <message>
        <source>smooths the outlines of all classes</source>
        <translation>平滑所有类别的轮廓</translation>
    </message>
    <message>
        <source>takes the rim of a class away</source>
        <translation>去除类别的边缘</translation>
    </message>
    <message>
        <source>turns a class into background</source>
        <translation>将类别变为背景</translation>
    </message>
    <message>
        <source>turns one class into another</source>
        <translation>将一个类别变为另一个类别</translation>
    </message>
    <message>
        <source>unites, intersects or subtracts a mask</source>
        <translation>与掩膜求并、交或差</translation>
    </message>
</context>
<context>
    <name>order</name>
    <message>
        <source>1 = CSF (IBSR, FSL)</source>
        <translation>1 = 脑脊液 CSF（IBSR、FSL）</translation>
    </message>
    <message>
        <source>1 = GM (BIDS)</source>
        <translation>1 = 灰质 GM（BIDS）</translation>
    </message>
    <message>
        <source>Leave the masks out</source>
        <translation>不使用这些掩膜</translation>
    </message>
    <message>
        <source>Standards differ; a wrong answer swaps the tissues in every mask.</source>
        <translation>各标准不同；回答错误会使每个掩膜中的组织互换。</translation>
    </message>
    <message>
        <source>{} masks have no label names. What is 1?</source>
        <translation>{} 个掩膜没有标签名称。1 代表什么？</translation>
    </message>
</context>
<context>
    <name>parameters</name>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Colour reach</source>
        <translation>颜色作用距离</translation>
    </message>
    <message>
        <source>Colour weight</source>
        <translation>颜色权重</translation>
    </message>
    <message>
        <source>Colour width</source>
        <translation>颜色宽度</translation>
    </message>
    <message>
        <source>Compatibility</source>
        <translation>兼容性</translation>
    </message>
    <message>
        <source>Convention</source>
        <translation>约定</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>维度</translation>
    </message>
    <message>
        <source>Filter size</source>
        <translation>滤波器大小</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>迭代次数</translation>
    </message>
    <message>
        <source>Message weight</source>
        <translation>消息权重</translation>
    </message>
    <message>
        <source>Normalisation</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Smoothness reach</source>
        <translation>平滑作用距离</translation>
    </message>
    <message>
        <source>Smoothness weight</source>
        <translation>平滑权重</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Trust in the network</source>
        <translation>对网络的信任度</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>cost of two classes side by side, a row per class; potts: 1 for any two</source>
        <translation>两个类别相邻的代价，每个类别一行；potts：任意两个均为 1</translation>
    </message>
    <message>
        <source>factor by which messages are passed on a coarser grid</source>
        <translation>在更粗网格上传递消息的倍数</translation>
    </message>
    <message>
        <source>factor on the log-probabilities</source>
        <translation>对数概率的系数</translation>
    </message>
    <message>
        <source>k: side of the window a pixel listens to</source>
        <translation>k：影响像素的窗口边长</translation>
    </message>
    <message>
        <source>mean-field steps</source>
        <translation>平均场步数</translation>
    </message>
    <message>
        <source>shape of the neighbourhood</source>
        <translation>邻域形状</translation>
    </message>
    <message>
        <source>share of the messages (released convention only)</source>
        <translation>消息所占比例（仅限发布代码约定）</translation>
    </message>
    <message>
        <source>slice by slice, or through the volume</source>
        <translation>逐切片，或贯穿整个体数据</translation>
    </message>
    <message>
        <source>softens the probabilities before anything else</source>
        <translation>首先使概率变平缓</translation>
    </message>
    <message>
        <source>the paper's equations, or what its released code computes</source>
        <translation>论文的公式，或其发布代码的计算方式</translation>
    </message>
    <message>
        <source>theta alpha: how far like colours reach; none: anywhere</source>
        <translation>theta alpha：相似颜色的作用距离；无：任意距离</translation>
    </message>
    <message>
        <source>theta beta: how different colours may be and still agree</source>
        <translation>theta beta：仍视为一致的颜色差异</translation>
    </message>
    <message>
        <source>theta gamma: how far neighbours reach</source>
        <translation>theta gamma：邻近像素的作用距离</translation>
    </message>
    <message>
        <source>w1: how strongly like colours agree</source>
        <translation>w1：相似颜色一致的强度</translation>
    </message>
    <message>
        <source>w2: how strongly neighbours agree</source>
        <translation>w2：邻近像素一致的强度</translation>
    </message>
    <message>
        <source>whether each kernel is divided by its own sum</source>
        <translation>每个核是否除以自身之和</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>For a screen that others see: no names in the title and the lists</source>
        <translation>供他人可见的屏幕使用：标题和列表中不显示名称</translation>
    </message>
    <message>
        <source>Hatch what a person corrected</source>
        <translation>以斜线标出人工修正的像素</translation>
    </message>
    <message>
        <source>Hide names of images</source>
        <translation>隐藏图像名称</translation>
    </message>
    <message>
        <source>How strongly the mask covers the image when a window opens</source>
        <translation>窗口打开时掩膜覆盖图像的程度</translation>
    </message>
    <message>
        <source>In sagittal slices</source>
        <translation>在矢状面中</translation>
    </message>
    <message>
        <source>Interpolates the image where it is enlarged; the mask never</source>
        <translation>放大时对图像插值；掩膜从不插值</translation>
    </message>
    <message>
        <source>Keeps the folders of the last projects for the File menu; never while names are hidden</source>
        <translation>为“文件”菜单记住最近项目的文件夹；隐藏名称时从不记录</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Lines between pixels that are at least 12 pixels of the screen large</source>
        <translation>像素在屏幕上至少 12 像素大时显示其间的线</translation>
    </message>
    <message>
        <source>Lines that show where the planes cross</source>
        <translation>显示切面相交位置的线</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <source>Neurological</source>
        <translation>神经学惯例</translation>
    </message>
    <message>
        <source>Nose on the right</source>
        <translation>鼻尖朝右</translation>
    </message>
    <message>
        <source>One</source>
        <translation>一个</translation>
    </message>
    <message>
        <source>Opacity of the mask</source>
        <translation>掩膜不透明度</translation>
    </message>
    <message>
        <source>Pixel grid</source>
        <translation>像素网格</translation>
    </message>
    <message>
        <source>Pixels that neither a network nor the CRF changes unasked</source>
        <translation>网络和 CRF 不会擅自更改的像素</translation>
    </message>
    <message>
        <source>Planes of a volume</source>
        <translation>体数据的切面</translation>
    </message>
    <message>
        <source>Remember what was opened</source>
        <translation>记住打开过的内容</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Shift + 滚轮</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>切片</translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation>平滑像素</translation>
    </message>
    <message>
        <source>The patient's left is on the left of the screen; otherwise on the right, as radiologists look at it</source>
        <translation>患者左侧显示在屏幕左侧；否则在右侧，即放射科医生的看法</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Three alike</source>
        <translation>三个等大</translation>
    </message>
    <message>
        <source>Three, one of them large</source>
        <translation>三个，其中一个较大</translation>
    </message>
    <message>
        <source>Volumes</source>
        <translation>体数据</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>简体中文</source>
        <translation>简体中文</translation>
    </message>
</context>
<context>
    <name>showing</name>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Images and volumes ({})</source>
        <translation>图像和体数据 ({})</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open a folder of images, or a .sulcus project</source>
        <translation>打开图像文件夹或 .sulcus 项目</translation>
    </message>
</context>
<context>
    <name>states</name>
    <message>
        <source>adjudicated</source>
        <translation>已裁定</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>已通过</translation>
    </message>
    <message>
        <source>in review</source>
        <translation>审阅中</translation>
    </message>
    <message>
        <source>needs second reader</source>
        <translation>需要第二阅片者</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>已预测</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已退回</translation>
    </message>
</context>
<context>
    <name>tools</name>
    <message>
        <source>3-D</source>
        <translation>三维</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>CRF brush</source>
        <translation>CRF 画笔</translation>
    </message>
    <message>
        <source>Click a pixel of the class</source>
        <translation>点击该类别的一个像素</translation>
    </message>
    <message>
        <source>Click an area. Right button: erase</source>
        <translation>点击一个区域。右键：擦除</translation>
    </message>
    <message>
        <source>Click corners; first corner, double click or Enter closes. Shift: 45 degrees. Backspace: last corner</source>
        <translation>逐点点击；点击起点、双击或按回车闭合。Shift：45 度。退格：撤去上一点</translation>
    </message>
    <message>
        <source>Click measures</source>
        <translation>点击测量</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>仅连通</translation>
    </message>
    <message>
        <source>Connected part</source>
        <translation>连通部分</translation>
    </message>
    <message>
        <source>Drag a box</source>
        <translation>拖出一个方框</translation>
    </message>
    <message>
        <source>Drag around an area. Right button: erase</source>
        <translation>沿区域拖动一圈。右键：擦除</translation>
    </message>
    <message>
        <source>Drag to move the image; Space does so with any tool</source>
        <translation>拖动以移动图像；使用任何工具时按住空格亦可</translation>
    </message>
    <message>
        <source>Drag: length. Click: area and volume</source>
        <translation>拖动：长度。点击：面积和体积</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Flood fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>Magic wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Paint over a rough border</source>
        <translation>在粗糙的边界上涂抹</translation>
    </message>
    <message>
        <source>Pan and select</source>
        <translation>平移与选择</translation>
    </message>
    <message>
        <source>Pick a class</source>
        <translation>拾取类别</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Press and drag: right or up widens the tolerance. Right button: erase</source>
        <translation>按下并拖动：向右或向上增大容差。右键：擦除</translation>
    </message>
    <message>
        <source>Press on the brightness to paint. Right button: erase</source>
        <translation>在要涂的亮度上按下。右键：擦除</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>压感</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Refine a box</source>
        <translation>细化方框</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>圆形</translation>
    </message>
    <message>
        <source>Scribble</source>
        <translation>涂鸦</translation>
    </message>
    <message>
        <source>Scribble on each class, right button for background; Enter keeps, Escape leaves</source>
        <translation>在每个类别上涂几笔，右键为背景；回车保留，Esc 放弃</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Shift+B</source>
        <translation>Shift+B 键</translation>
    </message>
    <message>
        <source>Shift+click: straight line</source>
        <translation>Shift+点击：直线</translation>
    </message>
    <message>
        <source>Shift+click: straight line. Right button: erase</source>
        <translation>Shift+点击：直线。右键：擦除</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>方形</translation>
    </message>
    <message>
        <source>Threshold brush</source>
        <translation>阈值画笔</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Whole class</source>
        <translation>整个类别</translation>
    </message>
    <message>
        <source>[ ], Shift+wheel</source>
        <translation>[ ]，Shift+滚轮</translation>
    </message>
    <message>
        <source>a ball in millimetres, through neighbouring slices</source>
        <translation>以毫米计的球，贯穿相邻切片</translation>
    </message>
    <message>
        <source>a length, or an area and a volume</source>
        <translation>长度，或面积和体积</translation>
    </message>
    <message>
        <source>choose the class under the pointer</source>
        <translation>选择指针下的类别</translation>
    </message>
    <message>
        <source>drag</source>
        <translation>拖动</translation>
    </message>
    <message>
        <source>give the class to connected pixels of one class</source>
        <translation>把类别赋给同一类别的连通像素</translation>
    </message>
    <message>
        <source>give the class to connected pixels that look alike</source>
        <translation>把类别赋给相似的连通像素</translation>
    </message>
    <message>
        <source>how far beyond the scribbles they may spread, of their own extent</source>
        <translation>涂鸦可扩展到自身范围之外多远（占自身范围的比例）</translation>
    </message>
    <message>
        <source>how far intensities may lie from that of the pressed pixel</source>
        <translation>灰度与按下像素相差多少以内</translation>
    </message>
    <message>
        <source>let the CRF refine under the brush</source>
        <translation>让 CRF 细化画笔经过之处</translation>
    </message>
    <message>
        <source>let the CRF refine what lies in a box</source>
        <translation>让 CRF 细化方框内的部分</translation>
    </message>
    <message>
        <source>look around</source>
        <translation>四处查看</translation>
    </message>
    <message>
        <source>mark a few pixels that the CRF spreads</source>
        <translation>标出少数像素，由 CRF 扩展</translation>
    </message>
    <message>
        <source>only what is joined to the pressed pixel, not all that is alike</source>
        <translation>只取与按下像素相连的部分，而非所有相似之处</translation>
    </message>
    <message>
        <source>only what is joined to the pressed pixel, not the class everywhere</source>
        <translation>只取与按下像素相连的部分，而非整个类别</translation>
    </message>
    <message>
        <source>paint background</source>
        <translation>绘制背景</translation>
    </message>
    <message>
        <source>paint only pixels that are as bright as the one pressed</source>
        <translation>只涂与按下像素亮度相近的像素</translation>
    </message>
    <message>
        <source>paint the chosen class</source>
        <translation>绘制所选类别</translation>
    </message>
    <message>
        <source>paint what lies within corners</source>
        <translation>涂满各顶点围成的区域</translation>
    </message>
    <message>
        <source>paint what the pointer goes around</source>
        <translation>涂满指针圈出的区域</translation>
    </message>
    <message>
        <source>radius of the brush</source>
        <translation>画笔半径</translation>
    </message>
    <message>
        <source>the connected part under the pointer, or all of its class</source>
        <translation>指针下的连通部分，或其整个类别</translation>
    </message>
    <message>
        <source>the pressure of a pen sets the size</source>
        <translation>笔的压力决定大小</translation>
    </message>
    <message>
        <source>what the brush leaves</source>
        <translation>画笔留下的形状</translation>
    </message>
</context>
</TS>
