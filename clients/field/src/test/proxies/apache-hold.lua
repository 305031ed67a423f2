-- Holds an answer until it is complete.
function hold(r)
    coroutine.yield()
    local whole = {}
    while bucket do
        whole[#whole + 1] = bucket
        coroutine.yield('')
    end
    coroutine.yield(table.concat(whole))
end
