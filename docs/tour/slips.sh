# Reads who pays whom, and says how a bank slip of the tour is registered: register_slip SERIAL AMOUNT prints its id.
holder=$(api holder GET /v1/me --pick organization)
laboratory=$(api provider GET /v1/me --pick organization)
paper=$(api provider POST '/v1/documents?name=slip.txt' @docs/tour/slip.txt --pick id)
register_slip() { serial=$1 paid=$2 api provider POST /v1/bank-slips @docs/tour/slip.json --pick id; }
