"""Names as they are drawn for properties of searches."""

from hypothesis import strategies as st

HAN = "江门市蓬江区检测技术有限公司科东方长行重庆南海"
NAMES = st.text(HAN + "檢測ＡBc1（）·", min_size=1, max_size=20)
