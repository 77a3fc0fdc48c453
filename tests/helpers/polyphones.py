"""Characters with several readings in use, as pinyin without tones.

The table of pypinyin has every reading that a dictionary knows: 豆 for 读, 泰 for 大. With all of them every
second word is a homophone of another. These are the readings in at least 2 % of the words with the
character, by pypinyin's words and jieba's frequencies, and those of function words and names, which such
words hide.
"""

from collections.abc import Mapping, Sequence

_TABLE = """
乐yue 了liao 什shi 仇qiu 仔zi 会kuai 传zhuan 伺si 似shi 佛fo 便pian 俟si 俩liang 偻lv 六lu 刨bao 刹cha
削xiao 剥bao 劲jing 勒lei 匙chi 匮gui 区ou 单shan,chan 卒cu 卜bu 卡qia 厦xia 参shen,cen 叨tao 叶xie 否pi
吁yu 吓he 吭hang 呢ni 呱gua 呷xia 和huo,hu 咋ze 咀zui 咖ga 咽ye 哪na,nei 啜chuo 嚼jiao,jue 囤tun 圈juan
地de 埋man 堡pu 塞se 壳qiao 大dai 夹ga 奇ji 娜nuo 宿xiu 属zhu 尉yu 尾yi 屏bing 差chai,ci 巷hang 弄long
强jiang 弹tan 得dei 恶wu 扁pian 扎za 打da 扒pa 扛gang 抹ma 拓ta 拗niu 拽ye 捋luo 掺shan 提di 攒cuan 数shuo
曝bao 曾zeng 朝zhao 朴piao,po 查zha 柏bo 柚zhou 柞zuo 栅shan 校jiao 核hu 椎zhui 模mu 殷yan 沈chen 沓ta
没mo 泊bo 洗xian 溺niao 潦liao 澄deng 炮bao 熟shou 爪zhua 牟mu 率shuai 琢zhuo 畜xu 的di 盖ge 盛cheng
省xing 着zhao,zhuo 石dan 磅pang 禅shan 秘bi 称chen 稽qi 粘nian 粥yu 系ji 纤qian 纶guan 约yao 给ji 绿lu
缩su 缪miu 翟di 耙pa 肋lei 胖pan 脉mo 腌a 膀pang 臂bei 臭xiu 艾yi 茄qie 茜xi 莞wan 落la,lao 著zhuo 蔓wan
薄bo 藉jie 藏zang 蚌beng 蛤ge 血xie 行hang 裳chang 褚zhu 解xie 觉jiao 角jue 诘jie 说shui 谁shei 调tiao
贾gu 贲ben 蹊xi 车ju 轧zha,ga 辗zhan 辟bi 还huan 这zhei 迫pai 那nei 都du 重chong 钥yue 铛cheng 镐hao
长chang 阿e 陆liu 降xiang 隗wei 隽jun 露lou 靓liang 颈geng 颤zhan 骠piao 鹄hu 鹘hu 龈yin 龟jun,qiu
"""

OTHER_READINGS: Mapping[str, Sequence[str]] = {entry[0]: entry[1:].split(",") for entry in _TABLE.split()}
"""The readings of a character beside the first that pypinyin has for it."""
