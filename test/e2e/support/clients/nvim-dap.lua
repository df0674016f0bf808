-- A session of Neovim with nvim-dap, without a screen: launch, breakpoint, stack, variables, a filter, back, to the end.
-- nvim --headless -u NONE --cmd "set rtp+=NVIM_DAP" -c "luafile session.lua"   with NODE, ADAPTER, PROGRAM, LINE in the environment
local dap = require('dap')
local limit = 60000
local stops = 0
local function say(...) io.stdout:write(string.format(...) .. '\n') end
local function wait(what, holds)
  if not vim.wait(limit, holds, 20) then
    say('no %s', what)
    vim.cmd('cquit 1')
  end
end
dap.adapters.conspect = { type = 'executable', command = vim.env.NODE, args = { vim.env.ADAPTER } }
vim.filetype.add({ extension = { cons = 'conspect' } })
dap.configurations.conspect = {
  { type = 'conspect', request = 'launch', name = 'Debug program', program = '${file}' },
}
dap.listeners.after.event_stopped.test = function(_, body)
  say('stopped: %s %s', body.reason, body.text or '')
  stops = stops + 1
end
dap.listeners.after.event_exited.test = function(_, body) say('exited: %d', body.exitCode) end
local output = {}
dap.listeners.after.event_output.test = function(_, body) table.insert(output, body.output) end
local ended = false
dap.listeners.after.event_terminated.test = function() ended = true end

local function after_stop(action)
  local before = stops
  action()
  wait('stop', function() return stops > before and dap.session() and dap.session().stopped_thread_id and dap.session().current_frame end)
end
local function request(command, args)
  local result, failure
  dap.session():request(command, args, function(err, body) failure = err; result = body or {} end)
  wait('answer to ' .. command, function() return result or failure end)
  if failure then say('%s: %s', command, vim.inspect(failure)); vim.cmd('cquit 1') end
  return result
end
local function top() return request('stackTrace', { threadId = 1, startFrame = 0, levels = 1 }).stackFrames[1] end

vim.cmd('edit ' .. vim.env.PROGRAM)
vim.bo.filetype = 'conspect'
vim.api.nvim_win_set_cursor(0, { tonumber(vim.env.LINE), 0 })
dap.set_breakpoint()
after_stop(function() dap.continue() end)
local frame = top()
say('frame: %s line %d', frame.name, frame.line)
local scope = request('scopes', { frameId = frame.id }).scopes[1]
local names = {}
for _, variable in ipairs(request('variables', { variablesReference = scope.variablesReference }).variables) do
  table.insert(names, variable.name .. '=' .. variable.value)
end
say('variables: %s %s', scope.name, table.concat(names, ' '))
after_stop(function() dap.step_over() end)
say('line: %d', top().line)
after_stop(function() dap.step_back() end)
say('line: %d', top().line)
dap.clear_breakpoints()
dap.set_exception_breakpoints({ 'gc.reclaim' })
after_stop(function() dap.continue() end)
dap.set_exception_breakpoints({})
dap.continue()
wait('end', function() return ended end)
say('output: %s', table.concat(output))
vim.cmd('qall!')
